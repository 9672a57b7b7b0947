import {
  CoreApp,
  dateTime,
  LiveChannelConnectionState,
  LiveChannelScope,
  LoadingState,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type TimeRange,
} from '@grafana/data';
import { config } from '@grafana/runtime';

import { backend, datasource, Refusal, type Answers } from './testing/datasource';
import { Live } from './testing/live';
import { templates } from './testing/templates';
import type { TallyQuery } from './types';

const range = {
  from: dateTime('2026-03-01T00:00:00Z'),
  to: dateTime('2026-03-02T00:00:00Z'),
  raw: { from: 'now-1d', to: 'now' },
} as TimeRange;

const numbers = {
  results: {
    A: { frames: [{ schema: { refId: 'A', fields: [{ name: 'calls', type: 'number' }] }, data: { values: [[7]] } }] },
  },
};

/** Asks queries and keeps what a panel would get. */
function ask(targets: TallyQuery[], rest: Partial<DataQueryRequest<TallyQuery>> = {}, answers: Answers = {}) {
  const calls = backend({ stream: { path: 'counts/abc' }, query: numbers, ...answers });
  const source = datasource({}, templates({ room: { value: 'r1' } }));
  const got: DataQueryResponse[] = [];
  const request = { range, timezone: 'utc', scopedVars: {}, targets, ...rest } as DataQueryRequest<TallyQuery>;
  const running = source.query(request).subscribe((answer) => got.push(answer));
  return { calls, got, running };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));
const values = (answer: DataQueryResponse) => (answer.data as DataFrame[]).map(({ fields }) => [...fields[0].values]);
const asks = (calls: Array<{ url: string }>, what: string) => calls.filter(({ url }) => url.includes(what));

const streamed: TallyQuery = { refId: 'A', stream: true };

let live: Live;
beforeEach(() => {
  live = new Live();
});
afterEach(() => {
  config.liveEnabled = false;
  config.publicDashboardAccessToken = undefined;
});

describe('a streamed query', () => {
  it('subscribes to the channel that the back end names, with the query as data', async () => {
    const filters = [{ dimension: 'room', operator: 'in', values: ['$room'] }];
    const { calls } = ask([{ ...streamed, filters }], { filters: [{ key: 'line', operator: '=', value: '1' }] });
    await settled();
    expect(asks(calls, '/ds/query')).toEqual([]);
    const [{ data: sent }] = asks(calls, '/resources/stream') as unknown as Array<{ data: object }>;
    expect(sent).toMatchObject({
      query: { stream: true, filters: [{ values: ['r1'] }, { dimension: 'line', values: ['1'] }] },
    });
    expect(live.addresses).toEqual([
      { scope: LiveChannelScope.DataSource, stream: 'uid', namespace: 'uid', path: 'counts/abc', data: sent },
    ]);
  });

  it('shows each message in place of the one before it', async () => {
    const { got } = ask([streamed]);
    await settled();
    live.say('counts/abc', LiveChannelConnectionState.Pending);
    live.push('counts/abc', [1, 2, 3]);
    live.push('counts/abc', [4]);
    expect(got.map(({ state }) => state)).toEqual([
      LoadingState.Loading,
      LoadingState.Streaming,
      LoadingState.Streaming,
    ]);
    expect(got.map(values)).toEqual([[], [[1, 2, 3]], [[4]]]);
    expect((got[2].data[0] as DataFrame).refId).toBe('A');
    expect(new Set(got.map(({ key }) => key)).size).toBe(1);
  });

  it('keeps its last numbers and says so when the channel fails, and goes on when it is back', async () => {
    const { got } = ask([streamed]);
    await settled();
    live.push('counts/abc', [4]);
    live.say('counts/abc', LiveChannelConnectionState.Connected, { error: { message: 'gone' } });
    const errors = [{ refId: 'A', message: 'The stream has stopped: gone' }];
    expect(got.at(-1)).toMatchObject({ state: LoadingState.Error, errors });
    expect(values(got.at(-1)!)).toEqual([[4]]);
    live.push('counts/abc', [5]);
    expect(got.at(-1)).toMatchObject({ state: LoadingState.Streaming });
    expect(got.at(-1)!.errors).toBeUndefined();
    expect(values(got.at(-1)!)).toEqual([[5]]);
  });

  it('is left when nobody looks any more', async () => {
    const { running } = ask([streamed]);
    await settled();
    expect(live.isOpen('counts/abc')).toBe(true);
    running.unsubscribe();
    expect(live.isOpen('counts/abc')).toBe(false);
  });

  it('stands beside the ordinary queries of its panel', async () => {
    const { calls, got } = ask([streamed, { refId: 'B' }]);
    await settled();
    live.push('counts/abc', [4]);
    const [{ data }] = asks(calls, '/ds/query') as unknown as Array<{ data: { queries: TallyQuery[] } }>;
    expect(data.queries.map(({ refId }) => refId)).toEqual(['B']);
    const keys = new Set(got.map(({ key }) => key));
    expect(keys.size).toBe(2);
  });

  it('has a channel of its own for each query', async () => {
    const path = ({ query }: { query: TallyQuery }) => ({ path: `counts/${query.bucket}` });
    const queries = [
      { ...streamed, bucket: 'hour' },
      { ...streamed, refId: 'B', bucket: 'day' },
    ];
    const { got } = ask(queries, {}, { stream: path });
    await settled();
    live.push('counts/hour', [1]);
    live.push('counts/day', [2]);
    expect(got.map(({ key }) => key)).toEqual(['tally-A', 'tally-B']);
  });
});

describe('an ordinary query takes the place of a stream', () => {
  it.each<[string, () => void, TallyQuery, Partial<DataQueryRequest<TallyQuery>>]>([
    ['where Grafana Live is off', () => (config.liveEnabled = false), streamed, {}],
    ['in an alert rule', () => undefined, streamed, { app: CoreApp.UnifiedAlerting }],
    ['for a type that is not streamed', () => undefined, { ...streamed, queryType: 'explain' }, {}],
    ['where nobody asked for one', () => undefined, { refId: 'A' }, {}],
  ])('%s', async (_, prepare, query, rest) => {
    prepare();
    const { calls } = ask([query], rest);
    await settled();
    expect(asks(calls, '/ds/query')).toHaveLength(1);
    expect(live.addresses).toEqual([]);
  });

  it('in a shared dashboard', async () => {
    config.publicDashboardAccessToken = 'token';
    const { calls } = ask([streamed]);
    await settled();
    expect(asks(calls, '/stream')).toEqual([]);
  });

  it('where the back end has no stream for it, and says why', async () => {
    const { got } = ask([streamed], {}, { stream: new Refusal(429, { message: 'there are 50 streams already' }) });
    await settled();
    expect(got.map(values)).toEqual([[[7]]]);
    expect((got[0].data[0] as DataFrame).meta?.notices).toEqual([
      { severity: 'info', text: 'New numbers are not pushed to this panel: there are 50 streams already' },
    ]);
  });

  it('and brings its own error', async () => {
    const refused = { results: { A: { error: 'bucket: unknown bucket', status: 400 } } };
    const { got } = ask([streamed], {}, { stream: new Refusal(400, { message: 'bucket' }), query: refused });
    await settled();
    expect(got[0].errors?.[0].message).toBe('bucket: unknown bucket');
    expect(got[0].data).toEqual([]);
  });
});
