import type { DataSourceInstanceSettings, DataSourceSettings } from '@grafana/data';
import {
  config,
  setBackendSrv,
  setGrafanaLiveSrv,
  setTemplateSrv,
  type BackendSrv,
  type BackendSrvRequest,
  type GrafanaLiveSrv,
} from '@grafana/runtime';
import { defer, from } from 'rxjs';

import { plugin } from '../../../../src/module';
import { templates } from '../../../../src/testing/templates';
import type { TallyOptions, TallySecrets } from '../../../../src/types';
import { getStream } from './live';

export type Settings = DataSourceSettings<TallyOptions, TallySecrets>;

export const ADDRESS = '/api/datasources/uid/tally';

/** Puts this page's own services in place of those that Grafana's pages give to plugins. */
export function start() {
  setTemplateSrv(templates());
  config.liveEnabled = true;
  setGrafanaLiveSrv({ getStream } as unknown as GrafanaLiveSrv);
  setBackendSrv({
    fetch: (request: BackendSrvRequest) => defer(() => from(send(request))),
    get: async (url: string) => (await send({ url, method: 'GET' })).data,
  } as unknown as BackendSrv);
}

async function send({ url, method, data, headers }: BackendSrvRequest) {
  const body = data === undefined ? undefined : JSON.stringify(data);
  const response = await fetch(url, { method, body, headers: { ...headers, 'Content-Type': 'application/json' } });
  const { status, statusText, ok } = response;
  const answer = { status, statusText, ok, data: await response.json(), config: { url } };
  if (!ok) {
    throw answer;
  }
  return answer;
}

export async function loadSettings(): Promise<Settings> {
  return (await send({ url: ADDRESS, method: 'GET' })).data;
}

export async function saveSettings(settings: Settings): Promise<Settings> {
  return (await send({ url: ADDRESS, method: 'PUT', data: settings })).data;
}

/** The plugin's own data source, as Grafana makes it. */
export function makeDataSource({ jsonData }: Settings) {
  const id = 'tally-dataverse-datasource';
  const settings = {
    uid: 'tally',
    name: 'Dataverse',
    type: id,
    access: 'proxy',
    readOnly: false,
    meta: { id },
    jsonData,
  };
  return new plugin.DataSourceClass(settings as unknown as DataSourceInstanceSettings<TallyOptions>);
}
