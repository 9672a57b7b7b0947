import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';

/** The version of the saved query that these editors write; the back end migrates older ones. */
export const QUERY_VERSION = 2;

/** What a query asks for, by the words of the back end. */
export type QueryType = 'counts' | 'breakdown' | 'comparison' | 'explain' | 'status' | 'annotations' | 'values';

/**
 * What a panel saves, as the back end's package query reads it. A field that is absent means its default. Any text may
 * hold dashboard variables, which is why none of them is narrowed to the words that the back end knows; numbers and
 * switches hold none. Which fields go with which type stands in queryTypes.ts.
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
  /** The shape of the answer; absent or auto for what the panel draws. */
  format?: string;
  /** What a comparison compares with. */
  compare?: string;
  /** Whether new numbers are pushed to the panel. */
  stream?: boolean;
  /** How many groups of a breakdown, or values of a dimension, at the most. */
  limit?: number;
  /** Whose values to list. */
  dimension?: string;
  /** A part of the names to list. */
  search?: string;
  /** The kind of events to mark. */
  annotation?: string;
  /** The share, 0 to 1, from which on an event is marked. */
  threshold?: number;
}

export interface Filter {
  dimension: string;
  operator: string;
  values?: string[];
}

/** The ways to get a token that the back end has, by the names of Grafana's own Azure data sources. */
export type AuthType = 'clientsecret' | 'clientcertificate' | 'msi' | 'workloadidentity' | 'accesstoken';

/** The shape in which Grafana's own Azure data sources keep who they sign in as. */
export interface AzureCredentials {
  authType?: AuthType;
  azureCloud?: string;
  tenantId?: string;
  clientId?: string;
}

/** The services that have the same tables behind the same protocol. */
export type Profile = 'dataverse' | 'fabric' | 'synapse';

export interface TallyOptions extends DataSourceJsonData {
  environment?: string;
  /** A Profile; other data sources of Grafana's have other ones under this name. */
  profile?: string;
  database?: string;
  azureCredentials?: AzureCredentials;
  definition?: string;
  timeZone?: string;
  /** Id of the window that the view real-time counts in. */
  realTimeWindow?: string;
  /** LCID. */
  labelLanguage?: number;
  allowedDefinitions?: string[];
  /** Duration, days too. */
  longestRange?: string;
  /** Statements at a time. */
  maxRunning?: number;
  cacheMiB?: number;
  /** Duration. */
  staleFor?: string;
  parameters?: 'typed' | 'literal';
  queryTimeout?: string;
  hostNameInCertificate?: string;
  authority?: string;
  enableSecureSocksProxy?: boolean;
}

export interface TallySecrets {
  azureClientSecret?: string;
  azureClientCertificate?: string;
  azureClientCertificatePassword?: string;
  accessToken?: string;
  tlsCACert?: string;
}

/** What a dashboard variable lists: the values of a dimension, or one of the catalogue's own lists. */
export interface TallyVariableQuery extends DataQuery {
  list: 'values' | CatalogList;
  /** Of the list `values`. */
  dimension?: string;
  filters?: Filter[];
  /** A part of the names; what a person types into the variable's list, where it holds Grafana's own variable for that. */
  search?: string;
  limit?: number;
}

type CatalogList = 'definitions' | 'metrics' | 'dimensions' | 'windows';
