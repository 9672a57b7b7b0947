import { Field, FieldSet, Input } from '@grafana/ui';
import React, { useState } from 'react';

import { hostOf, isAddress, normalise } from './environment';
import { withoutSecrets, type Form } from './useForm';

export const WIDTH = 60;

/** Where the environment is. */
export function Connection({ form }: { form: Form }) {
  const { options, readOnly, setJson, visit, validity } = form;
  const environment = options.jsonData.environment ?? '';
  // The host that the stored secrets were entered for.
  const [savedHost, setSavedHost] = useState(() => hostOf(environment));
  const normalised = normalise(environment);

  const leave = () => {
    visit('environment');
    if (!isAddress(environment)) {
      return;
    }
    const changed = { ...options, jsonData: { ...options.jsonData, environment: normalised } };
    const host = hostOf(normalised);
    // A secret belongs to the environment that it was entered for: another one must not get it unasked.
    form.setOptions(
      savedHost && host !== savedHost ? withoutSecrets(changed, ['azureClientSecret', 'accessToken']) : changed
    );
    setSavedHost(host);
  };

  return (
    <FieldSet label="Connection" disabled={readOnly}>
      <Field
        label="Environment URL"
        htmlFor="tally-environment"
        description={
          isAddress(environment) && normalised !== environment
            ? `Is saved as ${normalised}`
            : 'The address of the Dataverse environment, as its settings in the Power Platform admin center show it.'
        }
        required
        {...validity('environment')}
      >
        <Input
          id="tally-environment"
          value={environment}
          placeholder="https://contoso.crm4.dynamics.com"
          width={WIDTH}
          spellCheck={false}
          onChange={(event) => setJson({ environment: event.currentTarget.value })}
          onBlur={leave}
        />
      </Field>
    </FieldSet>
  );
}
