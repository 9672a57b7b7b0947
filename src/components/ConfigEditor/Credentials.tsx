import { Combobox, Field, FieldSet, Input, SecretInput, type ComboboxOption } from '@grafana/ui';
import React from 'react';

import type { AuthType } from '../../types';
import { WIDTH } from './Connection';
import type { Form } from './useForm';

const authTypes: Array<ComboboxOption<AuthType>> = [
  {
    value: 'clientsecret',
    label: 'App registration with a client secret',
    description: 'An application user of the environment',
  },
  { value: 'accesstoken', label: 'Access token', description: 'For trials: it is not renewed' },
];

/** As whom the data source signs in: one identity that all of its viewers share. */
export function Credentials({ form }: { form: Form }) {
  const { options, readOnly, setCredentials, visit, validity } = form;
  const { authType } = options.jsonData.azureCredentials ?? {};
  return (
    <FieldSet label="Sign-in" disabled={readOnly}>
      <Field
        label="Authentication"
        htmlFor="tally-auth-type"
        description="All viewers of the data source share this identity and see what it may read."
        required
        {...validity('authType')}
      >
        <Combobox
          id="tally-auth-type"
          options={authTypes}
          value={authType ?? null}
          placeholder="Choose how to sign in"
          width={WIDTH}
          disabled={readOnly}
          onChange={({ value }) => setCredentials({ authType: value })}
          onBlur={() => visit('authType')}
        />
      </Field>
      {authType === 'clientsecret' && <ClientSecret form={form} />}
      {authType === 'accesstoken' && (
        <Secret
          form={form}
          name="accessToken"
          label="Access token"
          description="A token for the environment. The data source answers until it expires, mostly within an hour."
        />
      )}
    </FieldSet>
  );
}

function ClientSecret({ form }: { form: Form }) {
  const { tenantId = '', clientId = '' } = form.options.jsonData.azureCredentials ?? {};
  const placeholder = '00000000-0000-0000-0000-000000000000';
  return (
    <>
      <Field
        label="Directory (tenant) ID"
        htmlFor="tally-tenant"
        description="From the overview of the app registration."
        required
        {...form.validity('tenantId')}
      >
        <Input
          id="tally-tenant"
          value={tenantId}
          placeholder={placeholder}
          width={WIDTH}
          onChange={(event) => form.setCredentials({ tenantId: event.currentTarget.value.trim() })}
          onBlur={() => form.visit('tenantId')}
        />
      </Field>
      <Field
        label="Application (client) ID"
        htmlFor="tally-client"
        description="From the overview of the app registration, which has to be an application user of the environment."
        required
        {...form.validity('clientId')}
      >
        <Input
          id="tally-client"
          value={clientId}
          placeholder={placeholder}
          width={WIDTH}
          onChange={(event) => form.setCredentials({ clientId: event.currentTarget.value.trim() })}
          onBlur={() => form.visit('clientId')}
        />
      </Field>
      <Secret
        form={form}
        name="azureClientSecret"
        label="Client secret"
        description="The value of a client secret of the app registration."
      />
    </>
  );
}

interface SecretProps {
  form: Form;
  name: 'azureClientSecret' | 'accessToken';
  label: string;
  description: string;
}

/** A secret that Grafana stores encrypted and never shows again. */
function Secret({ form, name, label, description }: SecretProps) {
  const { options, readOnly, setSecret, resetSecrets, visit, validity } = form;
  const id = `tally-${name}`;
  return (
    <Field label={label} htmlFor={id} description={description} required {...validity(name)}>
      <SecretInput
        id={id}
        isConfigured={Boolean(options.secureJsonFields?.[name])}
        value={options.secureJsonData?.[name] ?? ''}
        width={WIDTH}
        disabled={readOnly}
        autoComplete="new-password"
        onChange={(event) => setSecret(name, event.currentTarget.value.trim())}
        onReset={() => resetSecrets(name)}
        onBlur={() => visit(name)}
      />
    </Field>
  );
}
