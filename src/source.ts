import type {
  AdHocVariableFilter,
  DataQueryRequest,
  DataQueryResponse,
  DataSourceApi,
  ScopedVars,
  TimeRange,
} from '@grafana/data';
import type { Observable } from 'rxjs';

import type { Catalog, DimensionValue } from './catalog';
import type { TallyOptions, TallyQuery } from './types';

/** What a panel, or another place that has a query, brings to it. */
export interface Asked {
  range?: TimeRange;
  intervalMs?: number;
  maxDataPoints?: number;
  scopedVars?: ScopedVars;
  /** The ad hoc filters of the dashboard. */
  filters?: AdHocVariableFilter[];
  timezone?: string;
  panelPluginId?: string;
}

/** The data source as the editors know it: what they ask it for. */
export interface TallySource extends DataSourceApi<TallyQuery, TallyOptions> {
  /** The time zone that the data source is set to, for queries that name none. */
  readonly timeZone?: string;
  /** All that a query can be made of. */
  catalog(): Promise<Catalog>;
  /** The values of a dimension that occur among the conversations of a query, the most frequent ones first. */
  values(dimension: string, query: Partial<TallyQuery>, asked: Asked): Promise<DimensionValue[]>;
  /** The statement that a query would run. */
  statement(query: TallyQuery, asked: Asked): Promise<string>;
  /** A query as it is run, with variables replaced and ad hoc filters added. */
  applied(query: TallyQuery, asked: Asked): TallyQuery;
  query(request: DataQueryRequest<TallyQuery>): Observable<DataQueryResponse>;
  /** The names of the dashboard's variables, written as in a query. */
  variableNames(): string[];
}
