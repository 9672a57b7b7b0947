import { InlineField, MultiCombobox, type ComboboxOption } from '@grafana/ui';
import React from 'react';

import { Choice } from '../Choice';
import { chosen, withVariables } from '../options';
import { LABEL_WIDTH } from './row';

interface BaseProps {
  id: string;
  label: string;
  tooltip: string;
  options: ComboboxOption[];
  variables: string[];
  placeholder: string;
  labelWidth?: number;
  /** Why the back end does not take what is chosen. */
  problem?: string;
}

/**
 * A labelled list to choose one entry from, or a dashboard variable. Cleared, it means what the placeholder says. With
 * `typed`, what is not in the list can be typed: only where that can mean something, as it comes before the entries.
 */
export function Picker({
  value,
  onChange,
  typed = false,
  ...props
}: BaseProps & { value?: string; onChange: (value: string | undefined) => void; typed?: boolean }) {
  const options = withVariables(props.options, props.variables);
  return (
    <InlineField
      label={props.label}
      tooltip={props.tooltip}
      labelWidth={props.labelWidth ?? LABEL_WIDTH}
      htmlFor={props.id}
      invalid={Boolean(props.problem)}
      error={props.problem}
    >
      <Choice
        id={props.id}
        options={options}
        value={value ? chosen(options, value) : null}
        onChange={onChange}
        placeholder={props.placeholder}
        width={32}
        isClearable
        createCustomValue={typed}
      />
    </InlineField>
  );
}

/** A labelled list to choose several entries from, or dashboard variables. */
export function MultiPicker({
  value = [],
  onChange,
  ...props
}: BaseProps & { value?: string[]; onChange: (value: string[]) => void }) {
  const options = withVariables(props.options, props.variables);
  return (
    <InlineField
      label={props.label}
      tooltip={props.tooltip}
      labelWidth={props.labelWidth ?? LABEL_WIDTH}
      htmlFor={props.id}
      invalid={Boolean(props.problem)}
      error={props.problem}
      grow
    >
      <MultiCombobox
        id={props.id}
        options={options}
        value={value.map((one) => chosen(options, one))}
        onChange={(picked) => onChange(picked.map((option) => option.value))}
        placeholder={props.placeholder}
        isClearable
      />
    </InlineField>
  );
}
