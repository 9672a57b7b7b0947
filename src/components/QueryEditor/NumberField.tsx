import { InlineField, Input } from '@grafana/ui';
import React, { useState } from 'react';

import { LABEL_WIDTH } from './row';

interface Props {
  id: string;
  label: string;
  tooltip: string;
  placeholder: string;
  min: number;
  max: number;
  step?: number;
  value?: number;
  onChange: (value: number | undefined) => void;
  problem?: string;
}

/** A labelled number, handed over when the field is left or Enter is pressed. Cleared, it means what the placeholder says. */
export function NumberField(props: Props) {
  const { id, label, tooltip, placeholder, min, max, step = 1, value, onChange, problem } = props;
  const [typed, setTyped] = useState<string>();
  const number = typed ? Number(typed) : undefined;
  const outside = number !== undefined && (number < min || number > max);
  const leave = () => {
    if (typed === undefined || outside) {
      return; // what is out of bounds stays to be corrected
    }
    if (number !== value) {
      onChange(number);
    }
    setTyped(undefined);
  };
  const error = outside ? `Enter a number from ${min} to ${max}` : problem;
  return (
    <InlineField
      label={label}
      tooltip={tooltip}
      labelWidth={LABEL_WIDTH}
      htmlFor={id}
      invalid={Boolean(error)}
      error={error}
    >
      <Input
        id={id}
        type="number"
        min={min}
        max={max}
        step={step}
        width={32}
        value={typed ?? value ?? ''}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={leave}
        onKeyDown={(event) => event.key === 'Enter' && leave()}
        placeholder={placeholder}
      />
    </InlineField>
  );
}
