import { Field, RadioButtonGroup } from '@grafana/ui';
import React from 'react';

import type { TallyOptions } from '../../types';
import type { Form } from './useForm';

const DEFAULT = 'typed';

const ways: Array<{ value: NonNullable<TallyOptions['parameters']>; label: string }> = [
  { value: DEFAULT, label: 'Typed' },
  { value: 'literal', label: 'Literal' },
];

/** How values get into a statement. */
export function Parameters({ form }: { form: Form }) {
  return (
    <Field
      label="Parameters"
      htmlFor="tally-parameters"
      description="Times and ids go to the server beside the statement (typed) or written out within it (literal), which only a server that takes no parameters needs. Both are safe: no text of a query becomes SQL."
    >
      <RadioButtonGroup
        id="tally-parameters"
        aria-label="Parameters"
        options={ways}
        value={form.options.jsonData.parameters || DEFAULT}
        disabled={form.readOnly}
        onChange={(parameters) => form.setJson({ parameters })}
      />
    </Field>
  );
}
