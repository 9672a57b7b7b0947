import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';

/** The version of the saved query that these editors write; the back end migrates older ones. */
export const QUERY_VERSION = 1;

/**
 * What a panel saves, as the back end's package query reads it. A field that is absent means its default. Any text may
 * hold dashboard variables, which is why none of them is narrowed to the words that the back end knows.
 */
export interface TallyQuery extends DataQuery {
  version?: number;
  metrics?: string[];
  view?: string;
  definition?: string;
  /** Rules that differ from the definition's, by the `field` of a Rule of the catalogue. */
  rules?: Record<string, string>;
  window?: string;
  bucket?: string;
  /** IANA name. */
  timeZone?: string;
  groupBy?: string[];
  /** All of them must hold. */
  filters?: Filter[];
}

export interface Filter {
  dimension: string;
  operator: string;
  values?: string[];
}

/** The ways to get a token that the back end has, by the names of Grafana's own Azure data sources. */
export type AuthType = 'clientsecret' | 'accesstoken';

/** The shape in which Grafana's own Azure data sources keep who they sign in as. */
export interface AzureCredentials {
  authType?: AuthType;
  azureCloud?: string;
  tenantId?: string;
  clientId?: string;
}

export interface TallyOptions extends DataSourceJsonData {
  environment?: string;
  azureCredentials?: AzureCredentials;
  definition?: string;
  timeZone?: string;
  queryTimeout?: string;
  hostNameInCertificate?: string;
  authority?: string;
  enableSecureSocksProxy?: boolean;
}

export interface TallySecrets {
  azureClientSecret?: string;
  accessToken?: string;
  tlsCACert?: string;
}

/** What a dashboard variable lists: the values of a dimension, or one of the catalogue's own lists. */
export interface TallyVariableQuery extends DataQuery {
  list: 'values' | CatalogList;
  /** Of the list `values`. */
  dimension?: string;
  filters?: Filter[];
}

export type CatalogList = 'definitions' | 'metrics' | 'dimensions' | 'windows';
