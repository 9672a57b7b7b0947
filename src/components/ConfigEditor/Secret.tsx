import { Field, SecretInput } from '@grafana/ui';
import React from 'react';

import type { TallySecrets } from '../../types';
import { WIDTH } from './fields';
import type { Form } from './useForm';

interface Props {
  form: Form;
  name: keyof TallySecrets;
  label: string;
  description: string;
  required?: boolean;
}

/** A secret that Grafana stores encrypted and never shows again. */
export function Secret({ form, name, label, description, required }: Props) {
  const id = `tally-${name}`;
  return (
    <Field label={label} htmlFor={id} description={description} required={required} {...form.validity(name)}>
      <SecretInput
        id={id}
        isConfigured={form.isStored(name)}
        value={form.secret(name)}
        width={WIDTH}
        disabled={form.readOnly}
        autoComplete="new-password"
        onChange={(event) => form.setSecret(name, event.currentTarget.value.trim())}
        onReset={() => form.resetSecrets(name)}
        onBlur={() => form.visit(name)}
      />
    </Field>
  );
}
