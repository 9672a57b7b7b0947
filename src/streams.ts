import {
  CoreApp,
  dataFrameFromJSON,
  isLiveChannelMessageEvent,
  isLiveChannelStatusEvent,
  LiveChannelScope,
  LoadingState,
  type DataFrameJSON,
  type DataQueryRequest,
  type DataQueryResponse,
  type LiveChannelEvent,
} from '@grafana/data';
import { config, getGrafanaLiveSrv } from '@grafana/runtime';
import { catchError, defer, distinctUntilChanged, from, map, mergeMap, scan, type Observable } from 'rxjs';

import { failure } from './failure';
import { takes } from './queryTypes';
import type { TallyQuery } from './types';

/**
 * Whether a query is answered by a stream. Alert rules and shared dashboards have none, and where an administrator has
 * switched Grafana Live off, the query is an ordinary one that the dashboard's refresh repeats.
 */
export function isStreamed(query: TallyQuery, request: DataQueryRequest<TallyQuery>): boolean {
  return Boolean(
    query.stream &&
    takes(query, 'stream') &&
    request.app !== CoreApp.UnifiedAlerting &&
    !config.publicDashboardAccessToken &&
    config.liveEnabled &&
    getGrafanaLiveSrv()
  );
}

/** What the back end says of a query that can be streamed: where, and what to subscribe with. */
interface Channel {
  path: string;
  data: unknown;
}

interface Options {
  /** Of the data source. */
  uid: string;
  refId: string;
  open: () => Promise<Channel>;
  /** The answer in place of the stream, where there is none. */
  otherwise: (why: string) => Observable<DataQueryResponse>;
}

/** The answers of a stream, each of them whole: a later one takes the place of the one before it. */
export function streamed({ uid, refId, open, otherwise }: Options): Observable<DataQueryResponse> {
  const key = `tally-${refId}`;
  return defer(() => from(open())).pipe(
    mergeMap(({ path, data }) => {
      // Older versions of Grafana call the stream a namespace.
      const address = { scope: LiveChannelScope.DataSource, stream: uid, namespace: uid, path, data };
      return getGrafanaLiveSrv().getStream<DataFrameJSON>(address);
    }),
    scan((shown, event) => advance(shown, event, refId), { key, data: [], state: LoadingState.Loading } as Shown),
    distinctUntilChanged(),
    catchError((error: unknown) => otherwise(failure(error)).pipe(map((answer) => ({ ...answer, key }))))
  );
}

type Shown = DataQueryResponse & { key: string };

/** What to show after an event of the channel. The last numbers stay where the connection is lost. */
function advance(shown: Shown, event: LiveChannelEvent<DataFrameJSON>, refId: string): Shown {
  const isStatus = isLiveChannelStatusEvent(event);
  if (isStatus && event.error) {
    const message = `The stream has stopped: ${failure(event.error)}`;
    return { ...shown, state: LoadingState.Error, errors: [{ refId, message }] };
  }
  const message: DataFrameJSON | undefined = isStatus || isLiveChannelMessageEvent(event) ? event.message : undefined;
  if (!message?.schema) {
    return shown;
  }
  return { key: shown.key, state: LoadingState.Streaming, data: [{ ...dataFrameFromJSON(message), refId }] };
}

/** An ordinary answer that says why it is not a streamed one. */
export function withNotice(answer: DataQueryResponse, text: string): DataQueryResponse {
  const [first, ...others] = answer.data;
  if (!first) {
    return answer;
  }
  const notices = [...(first.meta?.notices ?? []), { severity: 'info', text }];
  return { ...answer, data: [{ ...first, meta: { ...first.meta, notices } }, ...others] };
}
