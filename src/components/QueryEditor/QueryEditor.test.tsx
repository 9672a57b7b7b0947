import type { PanelData } from '@grafana/data';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';

import { barriers } from '../../testing/axe';
import { catalog } from '../../testing/catalog';
import { backend, datasource, Refusal, type Answers } from '../../testing/datasource';
import { templates } from '../../testing/templates';
import type { TallyOptions, TallyQuery } from '../../types';
import { QueryEditor } from './QueryEditor';

const values = [
  { value: 'r1', label: 'Hall', conversations: 1234 },
  { value: 'r2', label: 'Kitchen', conversations: 1 },
  { value: '', label: '(none)', null: true, conversations: 7 },
];

const dashboard = { room: { value: 'r1' } };
afterEach(() => (dashboard.room.value = 'r1'));

/**
 * Shows the editor of a query as an alert rule does, which lays each change over what it has: what is cleared must be
 * named. `saved` is what would be saved.
 */
async function open(
  query: Partial<TallyQuery> = {},
  answers: Answers = {},
  jsonData: TallyOptions = {},
  data?: Partial<PanelData>
) {
  const calls = backend({ values: { values }, ...answers });
  const run = jest.fn();
  const state = { saved: { refId: 'A', ...query } as TallyQuery };
  const source = datasource(jsonData, templates(dashboard));
  function Panel() {
    const [shown, setShown] = useState(state.saved);
    const change = (changed: TallyQuery) => setShown((state.saved = { ...state.saved, ...changed }));
    return (
      <QueryEditor datasource={source} query={shown} onChange={change} onRunQuery={run} data={data as PanelData} />
    );
  }
  const { container, rerender } = render(<Panel />);
  await screen.findByRole('radiogroup');
  return { calls, run, state, container, again: () => rerender(<Panel />) };
}

async function choose(label: string, option: string | RegExp) {
  await userEvent.click(screen.getByRole('combobox', { name: label }));
  await userEvent.click(await screen.findByRole('option', { name: option }));
}

describe('the query editor', () => {
  it('offers what the catalogue has, and saves ids', async () => {
    const { state, run } = await open();
    await choose('Metrics', /Missed calls/);
    await userEvent.keyboard('{Escape}');
    await choose('Group by', /Line/);
    expect(state.saved).toEqual({
      refId: 'A',
      version: 2,
      queryType: 'counts',
      metrics: ['missed'],
      groupBy: ['line'],
    });
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('shows a saved query by its titles, and variables by their names', async () => {
    await open({ metrics: ['calls', '$room'], window: 'today', bucket: 'day' });
    expect(screen.getByText('Calls')).toBeVisible();
    expect(screen.getByText('$room')).toBeVisible();
    expect(screen.getByLabelText('Window')).toHaveValue('Today');
    expect(screen.getByLabelText('Bucket')).toHaveValue('Day');
  });

  it('saves nothing for what is cleared', async () => {
    const { state } = await open({ window: 'today' });
    await userEvent.click(screen.getByRole('button', { name: 'Clear value' }));
    expect(state.saved).toEqual({ refId: 'A', version: 2, queryType: 'counts' });
  });

  it('takes a duration that is not in the list', async () => {
    const { state } = await open();
    await userEvent.type(screen.getByLabelText('Bucket'), '90m{Enter}');
    expect(state.saved.bucket).toBe('90m');
  });

  it('can be filled in by the keyboard alone', async () => {
    const { state } = await open();
    for (let i = 0; document.activeElement !== screen.getByLabelText('Metrics'); i++) {
      expect(i).toBeLessThan(6); // labels that explain themselves, and the query type
      await userEvent.tab();
    }
    await userEvent.keyboard('miss');
    await screen.findByRole('option', { name: /Missed calls/ });
    await userEvent.keyboard('{ArrowDown}');
    await userEvent.keyboard('{Enter}');
    expect(state.saved.metrics).toEqual(['missed']);
  });

  it('says why the catalogue is not there, and tries again', async () => {
    let working = false;
    const answer = () => (working ? catalog : new Refusal(502, { message: 'the plugin is gone' }));
    backend({ catalog: answer });
    const query: TallyQuery = { refId: 'A' };
    render(<QueryEditor datasource={datasource()} query={query} onChange={jest.fn()} onRunQuery={jest.fn()} />);
    expect(await screen.findByText('the plugin is gone')).toBeVisible();
    working = true;
    await userEvent.click(screen.getByRole('button', { name: /Try again/ }));
    expect(await screen.findByLabelText('Metrics')).toBeVisible();
  });

  it('has no barriers', async () => {
    const { container } = await open({
      metrics: ['calls'],
      filters: [
        { dimension: 'room', operator: 'in', values: ['r1'] },
        { dimension: '', operator: 'in', values: [] },
      ],
    });
    await userEvent.click(screen.getByRole('button', { name: /Options/ }));
    await userEvent.click(screen.getByRole('button', { name: 'Show SQL' }));
    await screen.findByText('SELECT 1');
    expect(await barriers(container)).toEqual([]);
  });
});

describe('the query type', () => {
  const labels = ['Metrics', 'Group by', 'Compare with', 'View', 'Window', 'Bucket', 'Limit', 'Format', 'Stream'];

  it.each<[string, string, string[]]>([
    ['Counts', 'counts', ['Metrics', 'Group by', 'View', 'Window', 'Bucket', 'Format', 'Stream']],
    ['Breakdown', 'breakdown', ['Metrics', 'Group by', 'View', 'Window', 'Limit']],
    [
      'Comparison',
      'comparison',
      ['Metrics', 'Group by', 'Compare with', 'View', 'Window', 'Bucket', 'Format', 'Stream'],
    ],
    ['Explain', 'explain', ['View', 'Window']],
    ['Status', 'status', ['View', 'Window']],
  ])('%s shows the fields that it uses', async (title, queryType, expected) => {
    const { container } = await open({ queryType });
    expect(screen.getByRole('radio', { name: title })).toBeChecked();
    expect(labels.filter((label) => screen.queryByLabelText(label))).toEqual(expected);
    expect(screen.queryAllByRole('button', { name: /Add filter|Options|Show SQL/ })).toHaveLength(3);
    expect(await barriers(container)).toEqual([]);
  });

  it('changes without losing what is filled in', async () => {
    const { state, run } = await open({ metrics: ['missed'], groupBy: ['room'], bucket: 'day', window: 'today' });
    await userEvent.click(screen.getByRole('radio', { name: 'Explain' }));
    expect(state.saved).toEqual({ refId: 'A', version: 2, queryType: 'explain', window: 'today' });
    await userEvent.click(screen.getByRole('radio', { name: 'Breakdown' }));
    expect(state.saved).toMatchObject({ queryType: 'breakdown', metrics: ['missed'], groupBy: ['room'] });
    expect(state.saved.bucket).toBeUndefined();
    await userEvent.click(screen.getByRole('radio', { name: 'Counts' }));
    expect(state.saved).toEqual({
      refId: 'A',
      version: 2,
      queryType: 'counts',
      metrics: ['missed'],
      groupBy: ['room'],
      bucket: 'day',
      window: 'today',
    });
    expect(run).toHaveBeenCalledTimes(3);
  });

  it('does not bring back what was cleared since', async () => {
    const { state } = await open({ bucket: 'day' });
    await userEvent.click(screen.getByRole('radio', { name: 'Explain' }));
    await userEvent.click(screen.getByRole('radio', { name: 'Counts' }));
    await userEvent.click(screen.getByRole('button', { name: 'Clear value' }));
    await userEvent.click(screen.getByRole('radio', { name: 'Explain' }));
    await userEvent.click(screen.getByRole('radio', { name: 'Counts' }));
    expect(state.saved).toEqual({ refId: 'A', version: 2, queryType: 'counts' });
  });

  it('keeps what is filled in over several types that have no use for it', async () => {
    const { state } = await open({ bucket: 'day' });
    for (const title of ['Explain', 'Status', 'Breakdown', 'Counts']) {
      await userEvent.click(screen.getByRole('radio', { name: title }));
    }
    expect(state.saved).toMatchObject({ queryType: 'counts', bucket: 'day' });
  });

  it('Breakdown begins with a dimension, as there is none without', async () => {
    const { state } = await open();
    await userEvent.click(screen.getByRole('radio', { name: 'Breakdown' }));
    expect(state.saved.groupBy).toEqual(['line']);
  });

  it('is shown where no panel offers it', async () => {
    await open({ queryType: 'values', dimension: 'room' });
    expect(screen.getByRole('radio', { name: 'Values' })).toBeChecked();
  });

  it('limits a breakdown when the number is complete', async () => {
    const { state, run } = await open({ queryType: 'breakdown', groupBy: ['room'] });
    await userEvent.type(screen.getByLabelText('Limit'), '10');
    expect(run).not.toHaveBeenCalled();
    await userEvent.keyboard('{Enter}');
    expect(state.saved.limit).toBe(10);
    await userEvent.clear(screen.getByLabelText('Limit'));
    await userEvent.tab();
    expect(state.saved.limit).toBeUndefined();
    expect(run).toHaveBeenCalledTimes(2);
    await userEvent.type(screen.getByLabelText('Limit'), '0');
    expect(screen.getByRole('alert')).toHaveTextContent('Enter a number from 1');
    await userEvent.tab();
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('compares, in a shape of its own, and streams', async () => {
    const { state } = await open({ queryType: 'comparison' });
    await choose('Compare with', /Week before/);
    await choose('Format', /^Table/);
    await userEvent.click(screen.getByLabelText('Stream'));
    expect(state.saved).toMatchObject({ compare: 'previous_week', format: 'table', stream: true });
    await userEvent.click(screen.getByLabelText('Stream'));
    expect(state.saved.stream).toBeUndefined();
  });
});

describe('a query of an older version', () => {
  it('is saved with the meaning that it had', async () => {
    const { state } = await open({ version: 1, view: 'realtime' });
    expect(screen.getByLabelText('Window')).toHaveValue('Time range');
    await choose('Bucket', /^Hour/);
    expect(state.saved).toEqual({
      refId: 'A',
      version: 2,
      queryType: 'counts',
      view: 'realtime',
      window: 'range',
      bucket: 'hour',
    });
  });
});

describe('the window', () => {
  it.each([
    ['historical', 'Time range'],
    ['realtime', 'Today (data source)'],
  ])('of the view %s is by default %s', async (view, title) => {
    const defaults = { ...catalog.defaults, realTimeWindow: 'today' };
    await open({ version: 2, view }, { catalog: { ...catalog, defaults } });
    expect(screen.getByLabelText('Window')).toHaveAttribute('placeholder', title);
  });
});

describe('what the back end refuses', () => {
  const refused = (message: string, refId?: string) => ({ errors: [{ refId, message }] });
  const full = { filters: [{ dimension: 'room', operator: 'in', values: ['x'] }], rules: { echo: 'x' } };

  it.each([
    ['metrics[0]: unknown metric "x"; known are calls', 'unknown metric "x"; known are calls'],
    ['bucket: unknown bucket', 'unknown bucket'],
    ['groupBy[1]: is there already; remove one of them', 'is there already; remove one of them'],
    ['filters[0].values[2]: "x" is no id', '"x" is no id'],
    ['rules.echo: unknown setting', 'unknown setting'],
    ['definition: unknown definition', 'unknown definition'],
  ])('is said where the field is: %s', async (message, shown) => {
    await open(full, {}, {}, refused(message, 'A'));
    expect(screen.getByText(shown)).toBeVisible();
  });

  it('is said where the field is, also by a rule or an expression', async () => {
    await open(full, {}, {}, refused('[sse.dataQueryError] failed to execute query [A]: bucket: unknown bucket'));
    expect(screen.getByText('unknown bucket')).toBeVisible();
  });

  it.each([
    ['another query', refused('bucket: unknown bucket', 'B')],
    ['another query of a rule', refused('[sse.dataQueryError] failed to execute query [B]: bucket: unknown bucket')],
    ['no field', refused('Dataverse is throttling: wait a minute', 'A')],
    ['nothing', {}],
  ])('is not said of %s', async (_, data) => {
    await open(full, {}, {}, data);
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('names fields by the labels that they have here', async () => {
    await open({ queryType: 'comparison' });
    await userEvent.click(screen.getByRole('button', { name: /Options/ }));
    for (const field of [
      'queryType',
      'metrics',
      'groupBy',
      'compare',
      'view',
      'window',
      'bucket',
      'filters',
      'format',
      'stream',
      'definition',
      'timeZone',
    ]) {
      const words = field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
      expect(screen.getAllByLabelText(new RegExp(`^${words}`, 'i'))[0]).toBeInTheDocument();
    }
  });
});

describe('a filter', () => {
  it('is made of a dimension and values by their names, and runs when it is complete', async () => {
    const { state, run, calls } = await open({ view: 'realtime' });
    await userEvent.click(screen.getByRole('button', { name: 'Add filter' }));
    await choose('Filter 1: dimension', /Room/);
    expect(run).not.toHaveBeenCalled();
    await choose('Filter 1: values', /Hall.*1,234 conversations/);
    expect(state.saved.filters).toEqual([{ dimension: 'room', operator: 'in', values: ['r1'] }]);
    expect(run).toHaveBeenCalledTimes(1);
    const asked = calls.filter(({ url }) => url.endsWith('/values'));
    expect(asked).toHaveLength(1);
    expect(asked[0].data).toMatchObject({ dimension: 'room', query: { view: 'realtime' } });
  });

  it('offers values as somebody types, without those that are not there', async () => {
    await open({ filters: [{ dimension: 'room', operator: 'in', values: [] }] });
    await userEvent.type(screen.getByLabelText('Filter 1: values'), 'kit');
    expect(await screen.findByRole('option', { name: /Kitchen.*1 conversation$/ })).toBeVisible();
    expect(screen.queryByRole('option', { name: /Hall|none/ })).not.toBeInTheDocument();
  });

  it.each([
    ['0f8fad5b-d9cb-469f-a165-70867728950e', true],
    ['4711', true],
    ['somebody', false],
  ])('takes %s where it can be a value', async (typed, taken) => {
    await open({ filters: [{ dimension: 'room', operator: 'in', values: [] }] });
    await userEvent.type(screen.getByLabelText('Filter 1: values'), typed);
    if (taken) {
      expect(await screen.findByRole('option', { name: new RegExp(typed) })).toBeVisible();
    } else {
      expect(await screen.findByText('No options found.')).toBeVisible();
    }
  });

  it('offers the names of the catalogue after what occurs, and when Dataverse does not answer', async () => {
    await open(
      { filters: [{ dimension: 'line', operator: 'in', values: [] }] },
      { values: new Refusal(429, { message: 'slow down; wait a minute' }) }
    );
    await userEvent.click(screen.getByLabelText('Filter 1: values'));
    expect(await screen.findByRole('option', { name: 'Blue line' })).toBeVisible();
    expect(screen.getByText('slow down; wait a minute')).toBeVisible();
  });

  it('shows the names of saved ids', async () => {
    await open({ filters: [{ dimension: 'room', operator: 'in', values: ['r2', '$room'] }] });
    expect(await screen.findByText('Kitchen')).toBeVisible();
  });

  it('does not ask Dataverse for names that the catalogue has', async () => {
    const { calls } = await open({ filters: [{ dimension: 'line', operator: 'in', values: ['2'] }] });
    expect(screen.getByText('Blue line')).toBeVisible();
    expect(calls.filter(({ url }) => url.endsWith('/values'))).toEqual([]);
  });

  it('narrows the values of the other filters', async () => {
    const others = [{ dimension: 'line', operator: 'in', values: ['2'] }];
    const { calls } = await open({ filters: [...others, { dimension: 'room', operator: 'in', values: ['r1'] }] });
    await screen.findByText('Hall');
    expect(calls.at(-1)!.data.query.filters).toEqual(others);
  });

  it('needs no values to ask whether there is one', async () => {
    const { state, run } = await open({ filters: [{ dimension: 'room', operator: 'in', values: ['r1'] }] });
    await choose('Filter 1: operator', 'has no value');
    expect(state.saved.filters).toEqual([{ dimension: 'room', operator: 'empty' }]);
    expect(run).toHaveBeenCalledTimes(1);
    expect(screen.queryByLabelText('Filter 1: values')).not.toBeInTheDocument();
  });

  it('forgets its values with its dimension', async () => {
    const { state } = await open({ filters: [{ dimension: 'room', operator: 'in', values: ['r1'] }] });
    await choose('Filter 1: dimension', /Line/);
    expect(state.saved.filters).toEqual([{ dimension: 'line', operator: 'in', values: [] }]);
  });

  it('is removed with nothing left of it', async () => {
    const { state, run } = await open({ filters: [{ dimension: 'room', operator: 'not_empty' }] });
    await userEvent.click(screen.getByRole('button', { name: 'Remove filter 1' }));
    expect(state.saved).toEqual({ refId: 'A', version: 2, queryType: 'counts' });
    expect(run).toHaveBeenCalledTimes(1);
  });
});

describe('the options', () => {
  const openOptions = async (...args: Parameters<typeof open>) => {
    const opened = await open(...args);
    await userEvent.click(screen.getByRole('button', { name: /Options/ }));
    return opened;
  };

  it('are closed, and say what differs from the defaults', async () => {
    await open({ view: 'realtime', definition: 'new', rules: { echo: 'count' } });
    expect(screen.getByRole('button', { name: 'Options: New rules, 1 rule changed' })).toBeVisible();
    expect(screen.queryByLabelText('Definition')).not.toBeInTheDocument();
  });

  it('show what holds where nothing is chosen', async () => {
    await openOptions({ view: 'realtime' }, {}, { timeZone: 'Europe/Berlin' });
    const placeholder = (name: string) => screen.getByLabelText(name).getAttribute('placeholder');
    expect(placeholder('Definition')).toBe('Old rules (data source)');
    expect(placeholder('Time zone')).toBe('Europe/Berlin (data source)');
    expect(placeholder('Echoes')).toBe('Left out (definition)');
  });

  it('offer the definitions that the data source allows', async () => {
    const defaults = { ...catalog.defaults, allowedDefinitions: ['new'] };
    await openOptions({}, { catalog: { ...catalog, defaults } });
    await userEvent.click(screen.getByLabelText('Definition'));
    expect(await screen.findByRole('option', { name: /New rules/ })).toBeVisible();
    expect(screen.queryByRole('option', { name: /Old rules/ })).not.toBeInTheDocument();
  });

  it('override single rules, and give them back', async () => {
    const { state } = await openOptions();
    await choose('Echoes', /Left out/);
    expect(state.saved.rules).toEqual({ echo: 'drop' });
    await userEvent.click(screen.getByRole('button', { name: 'Clear value' }));
    expect(state.saved).toEqual({ refId: 'A', version: 2, queryType: 'counts' });
  });

  it('set view, definition and time zone', async () => {
    const { state } = await openOptions();
    await choose('View', /Real time/);
    await choose('Definition', /New rules/);
    await userEvent.type(screen.getByLabelText('Time zone'), 'Europe/Berlin{Enter}');
    expect(state.saved).toMatchObject({ view: 'realtime', definition: 'new', timeZone: 'Europe/Berlin' });
  });
});

describe('the SQL', () => {
  it('is asked for only when somebody wants to see it', async () => {
    const { calls } = await open();
    expect(calls.some(({ url }) => url.endsWith('/sql'))).toBe(false);
    const button = screen.getByRole('button', { name: 'Show SQL' });
    expect(button).toHaveAttribute('aria-expanded', 'false');
    await userEvent.click(button);
    expect(await screen.findByText('SELECT 1')).toBeVisible();
    expect(within(screen.getByLabelText('SQL of the query')).getByText(/SELECT/)).toBeVisible();
  });

  it('follows the query', async () => {
    await open({}, { sql: ({ query }: { query: TallyQuery }) => ({ sql: `BY ${query.groupBy ?? 'nothing'}` }) });
    await userEvent.click(screen.getByRole('button', { name: 'Show SQL' }));
    await screen.findByText('BY nothing');
    await choose('Group by', /Room/);
    await waitFor(() => expect(screen.getByText('BY room')).toBeVisible());
  });

  it('follows the dashboard’s variables', async () => {
    const sql = ({ query }: { query: TallyQuery }) => ({ sql: `OF ${query.filters?.map(({ values }) => values)}` });
    const { again } = await open({ filters: [{ dimension: 'room', operator: 'in', values: ['$room'] }] }, { sql });
    await userEvent.click(screen.getByRole('button', { name: 'Show SQL' }));
    await screen.findByText('OF r1');
    dashboard.room.value = 'r2';
    again();
    expect(await screen.findByText('OF r2')).toBeVisible();
  });

  it('is replaced by the reason where there is none', async () => {
    await open({}, { sql: new Refusal(400, { message: 'bucket: unknown bucket "soon"' }) });
    await userEvent.click(screen.getByRole('button', { name: 'Show SQL' }));
    expect(await screen.findByText('bucket: unknown bucket "soon"')).toBeVisible();
  });
});
