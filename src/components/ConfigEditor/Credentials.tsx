import { config } from '@grafana/runtime';
import { Field, FieldSet, type ComboboxOption } from '@grafana/ui';
import React from 'react';

import type { AuthType } from '../../types';
import { Choice } from '../Choice';
import { AppRegistration } from './AppRegistration';
import { Certificate } from './Certificate';
import { WIDTH } from './fields';
import { Secret } from './Secret';
import { ServerIdentity } from './ServerIdentity';
import type { Form } from './useForm';

const authTypes: Array<ComboboxOption<AuthType>> = [
  {
    value: 'clientsecret',
    label: 'App registration with a client secret',
    description: 'An application user of the environment',
  },
  {
    value: 'clientcertificate',
    label: 'App registration with a client certificate',
    description: 'Without a secret that can be copied',
  },
  { value: 'msi', label: 'Managed identity', description: 'Of the Grafana server in Azure' },
  { value: 'workloadidentity', label: 'Workload identity', description: 'Of the Grafana server in Kubernetes' },
  { value: 'accesstoken', label: 'Access token', description: 'For trials: it is not renewed' },
];

/** The identities of the Grafana server that its administrator has switched on. */
function isOffered(type: AuthType | undefined): boolean {
  switch (type) {
    case 'msi':
      return Boolean(config.azure?.managedIdentityEnabled);
    case 'workloadidentity':
      return Boolean(config.azure?.workloadIdentityEnabled);
    default:
      return true;
  }
}

/** As whom the data source signs in: one identity that all of its viewers share. */
export function Credentials({ form }: { form: Form }) {
  const { options, readOnly, setCredentials, visit, validity } = form;
  const { authType } = options.jsonData.azureCredentials ?? {};
  const offered = authTypes.filter(({ value }) => isOffered(value) || value === authType);
  const shared = 'All viewers of the data source share this identity and see what it may read.';
  const other =
    offered.length < authTypes.length
      ? ' An identity of the Grafana server can be chosen where its administrator has switched that on.'
      : '';
  return (
    <FieldSet label="Sign-in" disabled={readOnly}>
      <Field
        label="Authentication"
        htmlFor="tally-auth-type"
        description={shared + other}
        required
        {...validity('authType')}
      >
        <Choice
          id="tally-auth-type"
          options={offered}
          value={authType ?? null}
          placeholder="Choose how to sign in"
          width={WIDTH}
          disabled={readOnly}
          onChange={(value) => setCredentials({ authType: value })}
          onBlur={() => visit('authType')}
        />
      </Field>
      {authType === 'clientsecret' && (
        <>
          <AppRegistration form={form} />
          <Secret
            form={form}
            name="azureClientSecret"
            label="Client secret"
            description="The value of a client secret of the app registration. It is stored for this environment only: another address asks for it again."
            required
          />
        </>
      )}
      {authType === 'clientcertificate' && (
        <>
          <AppRegistration form={form} />
          <Certificate form={form} />
        </>
      )}
      {(authType === 'msi' || authType === 'workloadidentity') && (
        <ServerIdentity type={authType} isOn={isOffered(authType)} />
      )}
      {authType === 'accesstoken' && (
        <Secret
          form={form}
          name="accessToken"
          label="Access token"
          description="A token for the environment. The data source answers until it expires, mostly within an hour."
          required
        />
      )}
    </FieldSet>
  );
}
