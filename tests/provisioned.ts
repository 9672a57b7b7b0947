import type { TallyOptions, TallySecrets } from '../src/types';

/** The data source that the specs ask: the embedded Dataverse, as it is provisioned. */
export const provisioned = { fileName: 'embedded.yaml' };

export type Options = TallyOptions;
export type Secrets = TallySecrets;

/** What a panel of Grafana saves, in the body of a query. */
export interface QueryBody {
  queries: Array<Record<string, unknown>>;
}
