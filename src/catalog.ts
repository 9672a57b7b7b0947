/** What a query can be made of: the answer of the back end's resource `catalog`, from which the editors are built. */
export interface Catalog {
  definitions: Definition[];
  metrics: Metric[];
  dimensions: Dimension[];
  windows: Entry[];
  optionSets: OptionSet[];
  pages: Page[];
  rules: Rule[];
  /** What a query gets that names nothing itself. */
  defaults: Defaults;
}

interface Defaults {
  definition: string;
  timeZone: string;
  /** Of the real-time view. */
  realTimeWindow?: string;
  /** Of escalation spikes. */
  threshold?: number;
  /** The definitions that queries may name; none for all. */
  allowedDefinitions?: string[];
}

/** What all parts of the catalogue have that people choose from. */
export interface Entry {
  id: string;
  title: string;
  description: string;
}

export interface Definition extends Entry {
  /** Whether it is the one of queries and data sources that name none. */
  default?: boolean;
  /** The rules in force, by view and then by the field of a Rule. */
  views: Record<string, Record<string, string>>;
  source: Provenance;
}

export interface Metric extends Entry {
  unit: string;
  source: Provenance;
}

export interface Dimension extends Entry {
  kind: string;
  /** The option set that names its values, where they are known without asking Dataverse. */
  options?: string;
}

interface Provenance {
  page: string;
  revision: string;
}

interface Page {
  id: string;
  title: string;
  url?: string;
}

interface OptionSet {
  id: string;
  options: Array<{ value: string; label: string }>;
}

export interface Rule extends Entry {
  /** Its name in a query's `rules` and in a definition's views. */
  field: string;
  settings: Entry[];
}

/** One value of a dimension that occurs among the conversations of a query. */
export interface DimensionValue {
  value: string;
  label: string;
  /** The conversations that have none. */
  null?: boolean;
  conversations: number;
}

export function find<T extends { id: string }>(entries: T[], id: string | undefined): T | undefined {
  return entries.find((entry) => entry.id === id);
}

/** The title of an entry, or the id itself, which may be a dashboard variable. */
export function titleOf(entries: Entry[], id: string): string {
  return find(entries, id)?.title ?? id;
}

/** The values of a dimension that the catalogue itself can name. */
export function namedValues(catalog: Catalog, dimension: string): OptionSet['options'] {
  const set = find(catalog.dimensions, dimension)?.options;
  return find(catalog.optionSets, set)?.options ?? [];
}

/** The definitions that queries of the data source may name. */
export function allowedDefinitions({ definitions, defaults: { allowedDefinitions: ids = [] } }: Catalog): Definition[] {
  return ids.length > 0 ? definitions.filter(({ id }) => ids.includes(id)) : definitions;
}
