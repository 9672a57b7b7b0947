import { dateTime, type CoreApp, type DataQueryRequest } from '@grafana/data';

import type { TallyQuery } from '../../../../src/types';

let newest: DataQueryRequest<TallyQuery> | undefined;

/** Says whether nothing was asked after this request, also while React has not come to show what was. */
export function isNewest(request?: DataQueryRequest<TallyQuery>): boolean {
  return request === newest;
}

/** What a panel over the last 24 hours asks. */
export function makeRequest(query: TallyQuery, app: CoreApp, panelPluginId?: string): DataQueryRequest<TallyQuery> {
  const [from, to] = [dateTime().subtract(24, 'hours'), dateTime()];
  newest = {
    app,
    panelPluginId,
    requestId: 'Q1',
    startTime: Date.now(),
    timezone: noon(),
    range: { from, to, raw: { from: 'now-24h', to: 'now' } },
    interval: '2m',
    intervalMs: 120_000,
    maxDataPoints: 100,
    scopedVars: {},
    targets: [query],
  };
  return newest;
}

/** A time zone where it is noon, as it is in the contact center behind: its today does not end while somebody looks. */
function noon(): string {
  const ahead = 12 - new Date().getUTCHours();
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`; // what is ahead of Greenwich has a minus there
}
