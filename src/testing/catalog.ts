import type { Catalog } from '../catalog';

/** A catalogue with a little of everything, in the shape of the back end's resource. Its ids are not the product's. */
export const catalog: Catalog = {
  metrics: [
    {
      id: 'calls',
      title: 'Calls',
      description: 'All of them.',
      unit: 'short',
      source: { page: 'calls', revision: '2026-01-01' },
    },
    {
      id: 'missed',
      title: 'Missed calls',
      description: 'Nobody answered.',
      unit: 'short',
      source: { page: 'calls', revision: '2026-01-01' },
    },
  ],
  dimensions: [
    { id: 'line', title: 'Line', description: 'Which line rang.', kind: 'choice', options: 'lines' },
    { id: 'room', title: 'Room', description: 'Where it rang.', kind: 'lookup' },
    { id: 'person', title: 'Person', description: 'Who called.', kind: 'lookup' },
  ],
  windows: [
    { id: 'range', title: 'Time range', description: 'Of the dashboard.' },
    { id: 'today', title: 'Today', description: 'Since midnight.' },
  ],
  optionSets: [
    {
      id: 'lines',
      options: [
        { value: '1', label: 'Red line' },
        { value: '2', label: 'Blue line' },
      ],
    },
  ],
  definitions: [
    {
      id: 'old',
      title: 'Old rules',
      description: 'As it was.',
      default: true,
      views: { historical: { echo: 'count' }, realtime: { echo: 'drop' } },
      source: { page: 'calls', revision: '2026-01-01' },
    },
    {
      id: 'new',
      title: 'New rules',
      description: 'As it is.',
      views: { historical: { echo: 'drop' }, realtime: { echo: 'drop' } },
      source: { page: 'calls', revision: '2026-02-02' },
    },
  ],
  pages: [{ id: 'calls', title: 'How calls are counted', url: 'https://example.com/calls' }],
  rules: [
    {
      id: 'echo',
      field: 'echo',
      title: 'Echoes',
      description: 'What echoes are.',
      settings: [
        { id: 'count', title: 'Counted', description: 'They count.' },
        { id: 'drop', title: 'Left out', description: 'They do not.' },
      ],
    },
  ],
  defaults: { definition: 'old', timeZone: 'UTC', threshold: 0.5 },
};
