import type { Catalog } from '../../catalog';
import type { Field } from '../../queryTypes';
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

/** What makes a control that of a field of the query. */
export function controls<F extends Field>({ query, variables, onChange, problems }: RowProps, field: F) {
  return {
    id: idOf(query, field),
    variables,
    value: query[field],
    onChange: (value: TallyQuery[F]) => onChange({ [field]: value }),
    problem: problems[field],
  };
}
