import type { AdHocVariableFilter } from '@grafana/data';

import type { Filter } from './types';

const operators: Record<string, string> = { '=': 'in', '!=': 'not_in', '=|': 'in', '!=|': 'not_in' };

/**
 * The ad hoc filters of a dashboard as filters of a query. An operator that has no equal here, such as =~, is kept as it
 * is: the back end refuses it by name, where leaving it out would count more than the dashboard says. Only
 * =~ .* is no filter at all: it is what Grafana leaves in the place of a default filter that somebody has cleared.
 */
export function fromAdHoc(filters: AdHocVariableFilter[] = []): Filter[] {
  const isCleared = ({ operator, value }: AdHocVariableFilter) => operator === '=~' && value === '.*';
  return filters
    .filter((filter) => !isCleared(filter))
    .map(({ key, operator, value, values }) => ({
      dimension: key,
      operator: operators[operator] ?? operator,
      values: values?.length ? values : [value],
    }));
}
