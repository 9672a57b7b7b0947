import { PluginType, type DataSourceInstanceSettings } from '@grafana/data';
import { setBackendSrv, type BackendSrv, type BackendSrvRequest, type TemplateSrv } from '@grafana/runtime';
import { defer, from, type Observable } from 'rxjs';

import { TallyDataSource } from '../datasource';
import type { TallyOptions } from '../types';
import { catalog } from './catalog';
import { templates } from './templates';

/** What the back end answers, by the last part of the address; a value or what makes one of the request's body. */
export type Answers = Record<string, unknown>;

export class Refusal {
  constructor(
    readonly status: number,
    readonly data: { message: string }
  ) {}
}

/** Puts a back end in place of Grafana's that answers the data source's calls and keeps them. */
export function backend(answers: Answers = {}): BackendSrvRequest[] {
  const calls: BackendSrvRequest[] = [];
  const all: Answers = {
    catalog,
    values: { values: [] },
    sql: { sql: 'SELECT 1' },
    query: { results: {} },
    ...answers,
  };
  const answer = async (request: BackendSrvRequest) => {
    calls.push(request);
    const found = all[new URL(request.url, 'http://grafana').pathname.split('/').at(-1)!];
    const data = typeof found === 'function' ? found(request.data) : found;
    if (data instanceof Refusal) {
      throw data;
    }
    return { data, status: 200, ok: true };
  };
  setBackendSrv({
    fetch: (request: BackendSrvRequest): Observable<unknown> => defer(() => from(answer(request))),
    get: async (url: string) => (await answer({ url, method: 'GET' })).data,
  } as unknown as BackendSrv);
  return calls;
}

export function datasource(jsonData: TallyOptions = {}, variables: TemplateSrv = templates()): TallyDataSource {
  const settings = {
    uid: 'uid',
    name: 'Calls',
    type: 'tally-dataverse-datasource',
    access: 'proxy',
    readOnly: false,
    meta: { id: 'tally-dataverse-datasource', name: 'Tally', type: PluginType.datasource },
    jsonData,
  } as unknown as DataSourceInstanceSettings<TallyOptions>;
  return new TallyDataSource(settings, variables);
}
