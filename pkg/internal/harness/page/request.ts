import { dateTime, type CoreApp, type DataQueryRequest } from '@grafana/data';

import type { TallyQuery } from '../../../../src/types';

/** What a panel over the last 24 hours asks, without its queries. */
export function makeRequest(app: CoreApp, panelPluginId?: string): DataQueryRequest<TallyQuery> {
  const [from, to] = [dateTime().subtract(24, 'hours'), dateTime()];
  return {
    app,
    panelPluginId,
    requestId: 'Q1',
    startTime: Date.now(),
    timezone: 'utc',
    range: { from, to, raw: { from: 'now-24h', to: 'now' } },
    interval: '2m',
    intervalMs: 120_000,
    maxDataPoints: 100,
    scopedVars: {},
    targets: [],
  };
}
