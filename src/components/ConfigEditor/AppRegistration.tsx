import { Field, Input } from '@grafana/ui';
import React from 'react';

import { WIDTH } from './fields';
import type { Form } from './useForm';

/** Which app registration it is, whatever it signs in with. */
export function AppRegistration({ form }: { form: Form }) {
  return (
    <>
      <Id
        form={form}
        name="tenantId"
        label="Directory (tenant) ID"
        description="From the overview of the app registration."
      />
      <Id
        form={form}
        name="clientId"
        label="Application (client) ID"
        description="From the overview of the app registration, which has to be an application user of the environment."
      />
    </>
  );
}

interface Props {
  form: Form;
  name: 'tenantId' | 'clientId';
  label: string;
  description: string;
}

function Id({ form, name, ...text }: Props) {
  const id = `tally-${name}`;
  return (
    <Field {...text} htmlFor={id} required {...form.validity(name)}>
      <Input
        id={id}
        value={form.options.jsonData.azureCredentials?.[name] ?? ''}
        placeholder="00000000-0000-0000-0000-000000000000"
        width={WIDTH}
        onChange={(event) => form.setCredentials({ [name]: event.currentTarget.value.trim() })}
        onBlur={() => form.visit(name)}
      />
    </Field>
  );
}
