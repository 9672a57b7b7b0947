import { CoreApp, dateTime, type AnnotationQuery, type DataQueryRequest, type TimeRange } from '@grafana/data';
import { lastValueFrom } from 'rxjs';

import { catalog } from './testing/catalog';
import { backend, datasource, Refusal } from './testing/datasource';
import { templates } from './testing/templates';
import type { TallyQuery, TallyVariableQuery } from './types';
import type { TallyVariables } from './variables';

const range = {
  from: dateTime('2026-03-01T00:00:10Z'),
  to: dateTime('2026-03-02T00:00:10Z'),
  raw: { from: 'now-1d', to: 'now' },
} as TimeRange;

function request(query: Partial<TallyQuery>, rest: Partial<DataQueryRequest<TallyQuery>> = {}) {
  return {
    range,
    timezone: 'browser',
    intervalMs: 60_000,
    maxDataPoints: 100,
    scopedVars: {},
    ...rest,
    targets: [{ refId: 'A', ...query }],
  } as DataQueryRequest<TallyQuery>;
}

async function sent(
  ...[query, rest, jsonData]: [Partial<TallyQuery>, Partial<DataQueryRequest<TallyQuery>>?, object?]
) {
  const calls = backend();
  await lastValueFrom(datasource(jsonData, templates({ room: { value: ['a', 'b'] } })).query(request(query, rest)));
  return calls[0].data.queries[0];
}

describe('a query', () => {
  it('goes to the back end with its variables replaced and ad hoc filters added', async () => {
    const filters = [{ key: 'line', operator: '!=', value: '1' }];
    const query = await sent({ filters: [{ dimension: 'room', operator: 'in', values: ['$room'] }] }, { filters });
    expect(query.filters).toEqual([
      { dimension: 'room', operator: 'in', values: ['a', 'b'] },
      { dimension: 'line', operator: 'not_in', values: ['1'] },
    ]);
    expect(query).toMatchObject({ refId: 'A', intervalMs: 60_000, maxDataPoints: 100 });
  });

  it('is not run where it is hidden, streamed or not', async () => {
    const calls = backend();
    const hidden = [
      { refId: 'A', hide: true, stream: true },
      { refId: 'B', hide: true },
    ] as TallyQuery[];
    const ask = (targets: TallyQuery[]) => lastValueFrom(datasource().query({ ...request({}), targets }));
    await ask([...hidden, { refId: 'C' }]);
    expect(calls.map(({ data }) => data.queries.map(({ refId }: TallyQuery) => refId))).toEqual([['C']]);
    expect((await ask(hidden)).data).toEqual([]);
    expect(calls).toHaveLength(1);
  });

  it('holds nothing that the back end does not know', async () => {
    const known = ['refId', 'datasource', 'datasourceId', 'intervalMs', 'maxDataPoints', 'metrics', 'timeZone'];
    const query = JSON.parse(JSON.stringify(await sent({ metrics: ['calls'] })));
    expect(known).toEqual(expect.arrayContaining(Object.keys(query)));
  });

  it.each([
    ['the dashboard’s, where nobody has chosen one', {}, 'Asia/Tokyo', {}, 'Asia/Tokyo'],
    ['the browser’s by its name', {}, 'browser', {}, 'UTC'],
    [
      'its own before all others',
      { timeZone: 'Europe/Berlin' },
      'Asia/Tokyo',
      { timeZone: 'Asia/Kabul' },
      'Europe/Berlin',
    ],
    ['the data source’s, which the back end knows', {}, 'Asia/Tokyo', { timeZone: 'Asia/Kabul' }, undefined],
  ])('is in a time zone: %s', async (_, query, timezone, jsonData, expected) => {
    expect((await sent(query, { timezone }, jsonData)).timeZone).toBe(expected);
  });

  it('is handed to Explore with its variables replaced', () => {
    const source = datasource({}, templates({ room: { value: 'a' } }));
    const query = { refId: 'A', filters: [{ dimension: 'room', operator: 'in', values: ['$room'] }] };
    expect(source.interpolateVariablesInQueries([query], {})[0].filters?.[0].values).toEqual(['a']);
  });

  it.each([
    ['the dashboard’s', 'Asia/Tokyo', {}, {}, 'Asia/Tokyo'],
    ['the browser’s by its name', 'browser', {}, {}, 'UTC'],
    ['UTC in the back end’s spelling', 'utc', {}, {}, 'UTC'],
    ['its own before all others', 'Asia/Tokyo', { timeZone: 'Europe/Berlin' }, {}, 'Europe/Berlin'],
    ['the data source’s, which the back end knows', 'Asia/Tokyo', {}, { timeZone: 'Asia/Kabul' }, undefined],
  ])('beside an expression is in a time zone: %s', (_, value, own, jsonData, expected) => {
    const source = datasource(jsonData, templates({ __timezone: { value } }));
    expect(source.interpolateVariablesInQueries([{ refId: 'A', ...own }], {})[0].timeZone).toBe(expected);
  });

  it('tells alerting whether it has variables', () => {
    const source = datasource({}, templates({ room: { value: 'a' } }));
    expect(source.targetContainsTemplate({ refId: 'A', groupBy: ['$room'] })).toBe(true);
    expect(source.targetContainsTemplate({ refId: 'A', groupBy: ['room'] })).toBe(false);
  });

  it('is one line in the history', () => {
    const query = {
      refId: 'A',
      metrics: ['calls', 'missed'],
      groupBy: ['line'],
      bucket: 'day',
      filters: [{ dimension: 'room', operator: 'in', values: ['a'] }],
    };
    expect(datasource().getQueryDisplayText(query)).toBe('calls, missed by line where room in a per day');
    expect(datasource().getQueryDisplayText({ refId: 'A' })).toBe('default metric');
    expect(datasource().getQueryDisplayText({ refId: 'A', queryType: 'comparison', compare: 'usual' })).toBe(
      'Comparison: default metric against usual'
    );
    expect(datasource().getQueryDisplayText({ refId: 'A', queryType: 'values', dimension: 'room' })).toBe(
      'Values: room'
    );
  });
});

describe('a new query', () => {
  it.each([
    [CoreApp.PanelEditor, 'auto'],
    [CoreApp.Explore, 'auto'],
    [CoreApp.UnifiedAlerting, undefined],
  ])('of %s has the shape that is shown there', (app, bucket) => {
    expect(datasource().getDefaultQuery(app)).toEqual(bucket ? { version: 2, bucket } : { version: 2 });
  });
});

describe('a query of a panel', () => {
  it.each([
    ['stat', { bucket: 'auto' }, 'stat'],
    ['timeseries', {}, 'series'],
    ['heatmap', {}, undefined],
  ])('has the shape that a %s draws', async (panelPluginId, query, format) => {
    expect((await sent(query, { panelPluginId })).format).toBe(format);
  });
});

describe('a new dashboard', () => {
  it('gets a list of filters that all queries obey', async () => {
    const variables = await datasource().getDefaultVariables();
    expect(variables.map(({ kind }) => kind)).toEqual(['AdhocVariable']);
    expect(variables[0]).toMatchObject({ group: 'tally-dataverse-datasource', datasource: { name: 'uid' } });
    // Free text and =~ are what the back end refuses.
    expect(variables[0].spec).toMatchObject({ allowCustomValue: false });
  });
});

describe('an annotation', () => {
  const { annotations } = datasource();

  it('is a query of its type, whatever it was saved as', () => {
    const anno = (target?: object) => annotations.prepareQuery!({ target } as AnnotationQuery<TallyQuery>);
    expect(anno({ refId: 'X', annotation: 'bot_outages', queryType: 'counts', metrics: ['calls'] })).toEqual({
      refId: 'X',
      version: 2,
      queryType: 'annotations',
      annotation: 'bot_outages',
    });
    expect(anno()).toEqual({ refId: 'Anno', version: 2, queryType: 'annotations' });
    expect(annotations.getDefaultQuery!()).toEqual({ version: 2, queryType: 'annotations' });
  });

  it('has an editor of its own', () => {
    expect(annotations.QueryEditor).toBeDefined();
  });
});

describe('the catalogue', () => {
  it('is asked for once', async () => {
    const calls = backend();
    const source = datasource();
    expect(await source.catalog()).toBe(await source.catalog());
    expect(calls.map(({ url }) => url)).toEqual(['/api/datasources/uid/uid/resources/catalog']);
  });
});

describe('values', () => {
  const values = [
    { value: 'r1', label: 'Hall', conversations: 3 },
    { value: '', label: '(none)', null: true, conversations: 1 },
  ];

  it('are those of the query’s conversations, in its window and zone', async () => {
    const calls = backend({ values: { values: [...values].reverse() } });
    const found = await datasource().values('room', { refId: 'A', view: 'realtime' } as TallyQuery, { range });
    expect(found).toEqual(values);
    expect(calls[0].data).toMatchObject({
      dimension: 'room',
      query: { view: 'realtime', timeZone: 'UTC' },
      from: '2026-03-01T00:00:10.000Z',
      to: '2026-03-02T00:00:10.000Z',
    });
    expect(calls[0].data.query).not.toHaveProperty('refId');
  });

  it('are asked for once while somebody types, and for each dimension', async () => {
    const calls = backend({ values: { values } });
    const source = datasource();
    const later = { ...range, to: dateTime('2026-03-02T00:00:50Z') };
    await source.values('room', {}, { range });
    await source.values('room', {}, { range: later });
    await source.values('line', {}, { range });
    expect(calls).toHaveLength(2);
  });

  it('are offered to ad hoc filters, as the other filters leave them', async () => {
    const calls = backend({ values: { values } });
    const filters = [
      { key: 'line', operator: '=', value: '1' },
      { key: 'room', operator: '=', value: 'r9' },
    ];
    const found = await datasource().getTagValues({ key: 'room', filters, timeRange: range });
    expect(found).toEqual([{ text: 'Hall', value: 'r1' }]);
    expect(calls[0].data.query.filters).toEqual([{ dimension: 'line', operator: 'in', values: ['1'] }]);
  });

  it('have dimensions as the keys of ad hoc filters', async () => {
    backend();
    expect((await datasource().getTagKeys())[0]).toEqual({ text: 'Line', value: 'line' });
  });
});

describe('the statement', () => {
  it('is that of the query with its variables replaced', async () => {
    const calls = backend({ sql: { sql: 'SELECT 2' } });
    const source = datasource({}, templates({ dim: { value: 'line' } }));
    const asked = { range, intervalMs: 1000, maxDataPoints: 5 };
    expect(await source.statement({ refId: 'A', groupBy: ['$dim'] }, asked)).toBe('SELECT 2');
    expect(calls[0].data).toMatchObject({ query: { groupBy: ['line'] }, intervalMs: 1000, maxDataPoints: 5 });
  });

  it('has the ad hoc filters of the dashboard', async () => {
    const calls = backend();
    const filters = [{ key: 'line', operator: '!=', value: '1' }];
    await datasource().statement({ refId: 'A', groupBy: ['room'] }, { range, filters });
    expect(calls[0].data.query.filters).toEqual([{ dimension: 'line', operator: 'not_in', values: ['1'] }]);
  });

  it('is that of the shape which the panel draws', async () => {
    const calls = backend();
    await datasource().statement({ refId: 'A', bucket: 'auto' }, { range, panelPluginId: 'stat' });
    expect(calls[0].data.query.format).toBe('stat');
  });

  it('is refused with the back end’s own words', async () => {
    backend({ sql: new Refusal(400, { message: 'metrics[0]: unknown metric' }) });
    await expect(datasource().statement({ refId: 'A' }, { range })).rejects.toMatchObject({
      data: { message: 'metrics[0]: unknown metric' },
    });
  });
});

describe('a dashboard variable', () => {
  const find = async (query: object, answers = {}, rest: Partial<DataQueryRequest<TallyQuery>> = {}) => {
    const calls = backend(answers);
    const source = datasource({}, templates({ line: { value: '2' } }));
    const targets = [{ refId: 'V', ...query }];
    const asked = { ...request({}, rest), targets } as DataQueryRequest<TallyVariableQuery>;
    const { data } = await lastValueFrom((source.variables as TallyVariables).query(asked));
    return { calls, data };
  };

  const answered = {
    results: {
      V: {
        frames: [
          {
            schema: { refId: 'V', fields: [{ name: 'text' }, { name: 'value' }, { name: 'conversations' }] },
            data: { values: [['Hall'], ['r1'], [3]] },
          },
        ],
      },
    },
  };

  it('lists the values of a dimension, filtered by other variables', async () => {
    const { calls, data } = await find(
      {
        list: 'values',
        dimension: 'room',
        limit: 5,
        filters: [{ dimension: 'line', operator: 'in', values: ['$line'] }],
      },
      { query: answered }
    );
    expect(data).toEqual([{ text: 'Hall', value: 'r1' }]);
    expect(calls[0].data.queries).toMatchObject([
      {
        refId: 'V',
        queryType: 'values',
        dimension: 'room',
        limit: 5,
        filters: [{ values: ['2'] }],
      },
    ]);
  });

  it.each([
    ['no dimension', { dimension: '', operator: 'in', values: [] }],
    ['no values', { dimension: 'line', operator: 'in', values: [] }],
  ])('lists nothing while a filter has %s', async (_, filter) => {
    const filters = [{ dimension: 'line', operator: 'not_empty' }, filter];
    const { calls, data } = await find({ list: 'values', dimension: 'room', filters }, { query: answered });
    expect(data).toEqual([]);
    expect(calls).toEqual([]);
  });

  it('searches for what is typed into its list', async () => {
    const asked = { list: 'values', dimension: 'room', search: '$__searchFilter' };
    const scopedVars = { __searchFilter: { value: 'hal', text: '' } };
    expect((await find(asked, { query: answered }, { scopedVars })).calls[0].data.queries[0].search).toBe('hal');
    expect((await find(asked, { query: answered })).calls[0].data.queries[0]).not.toHaveProperty('search');
  });

  it('lists the last hours’ values where nobody says when', async () => {
    const { calls } = await find({ list: 'values', dimension: 'room' }, { query: answered }, { range: undefined });
    expect(calls[0].data).toMatchObject({ from: expect.stringMatching(/^\d+$/), to: expect.stringMatching(/^\d+$/) });
  });

  it('is refused with the back end’s own words', async () => {
    const refused = { results: { V: { error: 'limit: is -1', status: 400 } } };
    await expect(find({ list: 'values', dimension: 'room', limit: -1 }, { query: refused })).rejects.toThrow(
      'limit: is -1'
    );
  });

  it('lists a part of the catalogue', async () => {
    expect((await find({ list: 'definitions' })).data).toEqual([
      { text: 'Old rules', value: 'old' },
      { text: 'New rules', value: 'new' },
    ]);
  });

  it('lists the definitions that the data source allows', async () => {
    const defaults = { ...catalog.defaults, allowedDefinitions: ['new'] };
    const { data } = await find({ list: 'definitions' }, { catalog: { ...catalog, defaults } });
    expect(data).toEqual([{ text: 'New rules', value: 'new' }]);
  });

  it('lists nothing before a dimension is chosen', async () => {
    const { calls, data } = await find({ list: 'values' });
    expect(data).toEqual([]);
    expect(calls).toEqual([]);
  });
});
