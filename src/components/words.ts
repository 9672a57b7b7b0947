import type { ComboboxOption } from '@grafana/ui';

/** The words of the back end's package query that are not in the catalogue, as people read them. */

export const DEFAULT_VIEW = 'historical';

export const views: ComboboxOption[] = [
  { value: DEFAULT_VIEW, label: 'Historical', description: 'By the rules of the historical dashboard' },
  { value: 'realtime', label: 'Real time', description: 'By the rules of the real-time dashboard' },
];

/** Any other duration can be typed. */
export const buckets: ComboboxOption[] = [
  { value: 'none', label: 'None', description: 'One number for the whole window' },
  { value: 'auto', label: 'Automatic', description: 'As fine as the panel can show' },
  { value: '15m', label: '15 minutes' },
  { value: 'hour', label: 'Hour' },
  { value: 'day', label: 'Day' },
  { value: 'week', label: 'Week', description: 'From Monday' },
  { value: 'month', label: 'Month' },
];

export const formats: ComboboxOption[] = [
  { value: 'auto', label: 'Automatic', description: 'What the panel draws' },
  { value: 'stat', label: 'Number', description: 'One for each metric and group' },
  { value: 'series', label: 'Series', description: 'Over time, one for each metric and group' },
  { value: 'table', label: 'Table', description: 'A row for each group and time' },
];

export const comparisons: ComboboxOption[] = [
  { value: 'previous_period', label: 'Period before', description: 'As long as the window, just before it' },
  { value: 'previous_day', label: 'Day before', description: 'The same hours a day earlier' },
  { value: 'previous_week', label: 'Week before', description: 'The same days and hours a week earlier' },
  { value: 'usual', label: 'Usual', description: 'What these hours of the week have mostly had' },
];

export const SPIKES = 'escalation_spikes';

export const marks: ComboboxOption[] = [
  { value: SPIKES, label: 'Escalation spikes', description: 'Times in which many conversations were escalated' },
  { value: 'bot_outages', label: 'Bot outages', description: 'Times in which a busy bot had no conversation' },
];
