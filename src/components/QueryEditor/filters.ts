import type { ComboboxOption } from '@grafana/ui';

import type { Filter } from '../../types';

/** The operators of the back end's package query. */
export const operators: ComboboxOption[] = [
  { value: 'in', label: 'is one of' },
  { value: 'not_in', label: 'is not one of', description: 'Also keeps what has no value' },
  { value: 'empty', label: 'has no value' },
  { value: 'not_empty', label: 'has a value' },
];

export function newFilter(): Filter {
  return { dimension: '', operator: 'in', values: [] };
}

/** Whether an operator compares with values. */
export function takesValues(operator: string): boolean {
  return operator !== 'empty' && operator !== 'not_empty';
}

/** Whether nothing is left to choose. */
export function isComplete({ dimension, operator, values }: Filter): boolean {
  return dimension !== '' && (!takesValues(operator) || (values?.length ?? 0) > 0);
}
