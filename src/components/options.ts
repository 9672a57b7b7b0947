import type { ComboboxOption } from '@grafana/ui';

import type { Entry } from '../catalog';

/** The entries of the catalogue as options of a list. */
export function optionsOf(entries: Entry[]): ComboboxOption[] {
  return entries.map(({ id, title, description }) => ({ value: id, label: title, description }));
}

/** The options, and before them dashboard variables. */
export function withVariables(options: ComboboxOption[], variables: string[]): ComboboxOption[] {
  return [...variables.map((name) => ({ value: name, label: name, description: 'Dashboard variable' })), ...options];
}

/** What a person sees of a saved value: its option, or itself. */
export function chosen(options: ComboboxOption[], value: string): ComboboxOption {
  return options.find((option) => option.value === value) ?? { value, label: value };
}

/** The options that hold what a person has typed, in their label or value. */
export function matching(options: ComboboxOption[], typed: string): ComboboxOption[] {
  const wanted = typed.trim().toLowerCase();
  return options.filter(({ label, value }) => `${label ?? ''} ${value}`.toLowerCase().includes(wanted));
}
