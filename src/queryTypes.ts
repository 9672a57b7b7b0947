import type { QueryType, TallyQuery } from './types';

/** The fields of a query that are not of every type. */
export type Field = Exclude<keyof TallyQuery, 'refId' | 'datasource' | 'hide' | 'key' | 'queryType' | 'version'>;

/** Which conversations are meant, and by which rules they are counted. */
const WHICH: Field[] = ['window', 'filters', 'view', 'definition', 'rules', 'timeZone'];

interface Kind {
  title: string;
  description: string;
  fields: ReadonlySet<Field>;
}

function kind(title: string, description: string, ...fields: Field[]): Kind {
  return { title, description, fields: new Set(fields) };
}

/** The types of a query and the fields that the back end takes with each. */
const kinds: Record<QueryType, Kind> = {
  counts: kind('Counts', 'Numbers, in one or over time', 'metrics', 'groupBy', 'bucket', 'format', 'stream', ...WHICH),
  breakdown: kind('Breakdown', 'A table of groups, the largest first', 'metrics', 'groupBy', 'limit', ...WHICH),
  comparison: kind(
    'Comparison',
    'Numbers beside those of an earlier time',
    'metrics',
    'compare',
    'groupBy',
    'bucket',
    'format',
    'stream',
    ...WHICH
  ),
  explain: kind('Explain', 'The total rule by rule, and under every definition', ...WHICH),
  status: kind('Status', 'How old the numbers are, and how the data source does', ...WHICH),
  annotations: kind('Annotations', 'Marks on the time axis', 'annotation', 'threshold', 'bucket', ...WHICH),
  values: kind('Values', 'The values of a dimension', 'dimension', 'search', 'limit', ...WHICH),
};

/** The most rows that a query can be limited to, and the most points that one may have. */
export const MOST_ROWS = 11_000;

/** The types that a panel offers; the others have places of their own. */
export const panelTypes: QueryType[] = ['counts', 'breakdown', 'comparison', 'explain', 'status'];

export function typeOf(query: { queryType?: string }): QueryType {
  const { queryType } = query;
  return queryType && Object.hasOwn(kinds, queryType) ? (queryType as QueryType) : 'counts';
}

export function describeType(type: QueryType): Pick<Kind, 'title' | 'description'> {
  return kinds[type];
}

/** Whether a field goes with the type of a query. */
export function takes(query: { queryType?: string }, field: Field): boolean {
  return kinds[typeOf(query)].fields.has(field);
}

const all = new Set<string>(Object.values(kinds).flatMap(({ fields }) => [...fields]));

/** All of these fields with nothing under them, to be laid over what a query has: see tidy.ts. */
export const blank: Partial<TallyQuery> = Object.fromEntries([...all].map((name) => [name, undefined]));

/** What is of every query. */
const common = new Set(['refId', 'datasource', 'hide', 'key', 'version']);

/**
 * A query as one of another type, and what of it the type has no use for. The back end refuses a field that means
 * nothing, so that the one is saved without the other. What another data source has left in it is dropped: a new
 * annotation begins with fields of Grafana's own. Names that are not used any more stay, with nothing under them: see
 * tidy.ts.
 */
export function asType(query: TallyQuery, queryType: QueryType): { query: TallyQuery; unused: Partial<TallyQuery> } {
  const isUsed = (name: string) => common.has(name) || takes({ queryType }, name as Field);
  const entries = Object.entries(query).filter(([, value]) => value !== undefined);
  const used = Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, isUsed(name) ? value : undefined])
  );
  const unused = Object.fromEntries(entries.filter(([name]) => all.has(name) && !isUsed(name)));
  return { query: { ...used, refId: query.refId, queryType }, unused };
}
