import type { ScopedVars } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';

import type { Filter, TallyQuery } from './types';
import { resolveZone } from './zone';

/** What Grafana's All stands for. */
const ALL = '$__all';

/** What somebody types into the list of a variable stands in this one. */
export const SEARCH = '$__searchFilter';

const TEXTS = [
  'view',
  'definition',
  'window',
  'bucket',
  'format',
  'compare',
  'dimension',
  'search',
  'annotation',
] as const satisfies Array<keyof TallyQuery>;

/**
 * Replaces the dashboard variables in every text of a query; its numbers, limit and threshold, hold none. A variable with
 * several values becomes several entries of a list. A filter by a variable that is set to All is no filter, and is left
 * out.
 */
export function interpolate<Q extends Partial<TallyQuery>>(
  query: Q,
  variables: TemplateSrv,
  scope: ScopedVars = {}
): Q {
  const one = (text: string) => variables.replace(text, scope);
  const many = (texts: string[]) => [...new Set(texts.flatMap((text) => expand(text, variables, scope)))];

  const out = { ...query };
  for (const field of TEXTS) {
    if (out[field]) {
      out[field] = one(out[field]);
    }
  }
  for (const field of ['metrics', 'groupBy'] as const) {
    if (out[field]) {
      out[field] = many(out[field]);
    }
  }
  // Nobody has typed anything yet.
  if (out.search === SEARCH) {
    delete out.search;
  }
  if (out.timeZone) {
    out.timeZone = resolveZone(one(out.timeZone));
  }
  if (out.rules) {
    out.rules = Object.fromEntries(Object.entries(out.rules).map(([rule, setting]) => [rule, one(setting)]));
  }
  if (out.filters) {
    out.filters = out.filters.flatMap((filter) => interpolateFilter(filter, one, variables, scope));
  }
  return out;
}

function interpolateFilter(
  filter: Filter,
  one: (text: string) => string,
  variables: TemplateSrv,
  scope: ScopedVars
): Filter[] {
  const out: Filter = { dimension: one(filter.dimension), operator: one(filter.operator) };
  if (!filter.values) {
    return [out];
  }
  if (filter.values.some((text) => isAll(text, variables, scope))) {
    return [];
  }
  // A variable without a value leaves nothing here, and the back end says so: no values is not the same as all.
  out.values = [...new Set(filter.values.flatMap((text) => expand(text, variables, scope)))].filter(Boolean);
  return out.values.includes(ALL) ? [] : [out];
}

/** The texts that a text stands for: the values of a variable, if the text is one that has several. */
function expand(text: string, variables: TemplateSrv, scope: ScopedVars): string[] {
  let values: string[] | undefined;
  const replaced = variables.replace(text, scope, (value: string | number | Array<string | number>) => {
    if (Array.isArray(value)) {
      values = value.map(String);
      return values.join(',');
    }
    return String(value);
  });
  return values && replaced === values.join(',') ? values : [replaced];
}

/**
 * Whether a text is a variable that is set to All. Its value is then the list of its options, which leaves out what is
 * not among them; only the form for addresses tells.
 */
function isAll(text: string, variables: TemplateSrv, scope: ScopedVars): boolean {
  if (text === ALL) {
    return true;
  }
  const asParameter = variables.replace(text, scope, 'queryparam');
  return asParameter !== text && /=(\$|%24)__all(&|$)/.test(asParameter);
}
