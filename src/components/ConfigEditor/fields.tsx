import { Field, Input, MultiCombobox, type ComboboxOption } from '@grafana/ui';
import React from 'react';

import type { TallyOptions } from '../../types';
import { Choice } from '../Choice';
import { chosen } from '../options';
import type { FieldName } from './problems';
import type { Form } from './useForm';

export const WIDTH = 60;

/** Of a text of several lines that is as wide: its unit is another one. */
export const COLUMNS = 48;

/** The names of the settings that hold values of a type. */
type Of<T> = {
  [K in keyof TallyOptions]-?: TallyOptions[K] extends T | undefined ? K : never;
}[keyof TallyOptions] &
  FieldName;

interface Props<Name> {
  form: Form;
  name: Name;
  label: string;
  description: string;
  placeholder?: string;
}

/** A setting that is a text. */
export function TextSetting({
  form,
  name,
  placeholder,
  required,
  ...text
}: Props<Of<string>> & { required?: boolean }) {
  const id = `tally-${name}`;
  const value = form.options.jsonData[name] ?? '';
  const leave = () => {
    form.visit(name);
    // Not before: a name may have spaces in it, which are at its end while it is typed.
    if (value !== value.trim()) {
      form.setJson({ [name]: value.trim() });
    }
  };
  return (
    <Field {...text} htmlFor={id} required={required} {...form.validity(name)}>
      <Input
        id={id}
        value={value}
        placeholder={placeholder}
        width={WIDTH}
        onChange={(event) => form.setJson({ [name]: event.currentTarget.value })}
        onBlur={leave}
      />
    </Field>
  );
}

/** A setting that is a number. Cleared, it is absent, which is not the same as 0. */
export function NumberSetting({ form, name, placeholder, suffix, ...text }: Props<Of<number>> & { suffix?: string }) {
  const id = `tally-${name}`;
  return (
    <Field {...text} htmlFor={id} {...form.validity(name)}>
      <Input
        id={id}
        type="number"
        min={0}
        value={form.options.jsonData[name] ?? ''}
        placeholder={placeholder}
        suffix={suffix}
        width={WIDTH}
        onChange={({ currentTarget: { value } }) => form.setJson({ [name]: value === '' ? undefined : Number(value) })}
        onBlur={() => form.visit(name)}
      />
    </Field>
  );
}

/** A setting that is chosen from a list. What is not in the list any more is shown as it is stored. */
export function ChoiceSetting({
  form,
  name,
  placeholder,
  options,
  error,
  ...text
}: Props<Of<string>> & { options: ComboboxOption[]; error?: string }) {
  const id = `tally-${name}`;
  const value = form.options.jsonData[name];
  const { invalid, error: own } = form.validity(name);
  return (
    <Field {...text} htmlFor={id} invalid={invalid || Boolean(error)} error={invalid ? own : error}>
      <Choice
        id={id}
        options={options}
        value={value ? chosen(options, value) : null}
        placeholder={placeholder}
        width={WIDTH}
        disabled={form.readOnly}
        isClearable
        onChange={(entry) => form.setJson({ [name]: entry })}
      />
    </Field>
  );
}

/** A setting that is several entries of a list. */
export function ChoicesSetting({
  form,
  name,
  placeholder,
  options,
  ...text
}: Props<Of<string[]>> & { options: ComboboxOption[] }) {
  const id = `tally-${name}`;
  return (
    <Field {...text} htmlFor={id} {...form.validity(name)}>
      <MultiCombobox
        id={id}
        options={options}
        value={(form.options.jsonData[name] ?? []).map((value) => chosen(options, value))}
        placeholder={placeholder}
        width={WIDTH}
        disabled={form.readOnly}
        isClearable
        onChange={(picked) => form.setJson({ [name]: picked.map(({ value }) => value) })}
      />
    </Field>
  );
}
