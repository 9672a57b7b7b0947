import { Combobox, type ComboboxOption } from '@grafana/ui';
import React, { useEffect, useRef } from 'react';

type Props<T extends string> = {
  id: string;
  /** What to call it where the page has no label for it. */
  name?: string;
  options: Array<ComboboxOption<T>>;
  value: ComboboxOption<T> | T | null;
  placeholder?: string;
  width: number;
  createCustomValue?: boolean;
  disabled?: boolean;
  onBlur?: () => void;
} & (
  | { isClearable?: false; onChange: (value: T) => void }
  | { isClearable: true; onChange: (value: T | undefined) => void }
);

/**
 * A list to choose one entry from. Grafana's own says again what has been chosen as long as it is not shown that, which
 * Explore and the settings of a data source do only after the call: answered each time anew, that would never end.
 */
export function Choice<T extends string = string>({ value, name, isClearable, onChange, ...props }: Props<T>) {
  const shown = (typeof value === 'object' ? value?.value : value) ?? undefined;
  const known = useRef<T | undefined>(shown);
  useEffect(() => {
    known.current = shown;
  }, [shown]);
  const tell = (option: ComboboxOption<T> | null) => {
    if (option?.value !== known.current) {
      known.current = option?.value;
      (onChange as (value: T | undefined) => void)(option?.value);
    }
  };
  // Grafana 12 knows aria-labelledby, and not aria-label.
  const label = `${props.id}-label`;
  return (
    <>
      <Combobox
        {...props}
        aria-labelledby={name && label}
        value={value}
        isClearable={isClearable as true}
        onChange={tell}
      />
      {name && (
        <span id={label} hidden>
          {name}
        </span>
      )}
    </>
  );
}
