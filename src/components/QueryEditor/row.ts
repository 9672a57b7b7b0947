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
}

export const LABEL_WIDTH = 16;
