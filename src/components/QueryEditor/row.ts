import type { Catalog } from '../../catalog';
import type { TallyQuery } from '../../types';

/** What the rows of the query's form have in common. */
export interface RowProps {
  catalog: Catalog;
  query: TallyQuery;
  /** Dashboard variables, as written in a query. */
  variables: string[];
  /** Changes fields of the query and runs it. */
  onChange: (patch: Partial<TallyQuery>) => void;
  /** What the back end has refused, by the path of the field. */
  problems: Problems;
}

export type Problems = Record<string, string>;

export const LABEL_WIDTH = 16;

/** The id of a field on the page, where there may be several queries. */
export function idOf(query: { refId: string }, field: string): string {
  return `tally-${query.refId}-${field}`;
}
