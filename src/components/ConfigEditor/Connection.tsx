import { Field, FieldSet, Input, RadioButtonGroup } from '@grafana/ui';
import React, { useState } from 'react';

import type { Profile } from '../../types';
import { rebind } from './bound';
import { hostOf, isAddress, normalise } from './environment';
import { TextSetting, WIDTH } from './fields';
import { profileOf, profiles } from './profiles';
import { withoutSecrets, type Form } from './useForm';

/** Where the tables are. */
export function Connection({ form }: { form: Form }) {
  const { options, readOnly, setJson, visit, validity } = form;
  const environment = options.jsonData.environment ?? '';
  const profile = profileOf(options.jsonData);
  // The host that the stored secrets were entered for.
  const [savedHost, setSavedHost] = useState(() => hostOf(environment));
  const normalised = normalise(environment);
  const [database, setDatabase] = useState(options.jsonData.database);

  const choose = (value: Profile) => {
    // Dataverse has but one database. The name is there again for the others.
    const { isCopy } = profileOf({ profile: value });
    setDatabase(options.jsonData.database ?? database);
    setJson({ profile: value, database: isCopy ? (options.jsonData.database ?? database) : undefined });
  };

  const leave = () => {
    visit('environment');
    if (!isAddress(environment)) {
      return;
    }
    const changed = {
      ...options,
      jsonData: { ...options.jsonData, environment: normalised },
      ...(options.secureJsonData && { secureJsonData: rebind(options.secureJsonData, normalised) }),
    };
    const host = hostOf(normalised);
    // A secret belongs to the environment that it was entered for: another one must not get it unasked.
    form.setOptions(
      savedHost && host !== savedHost
        ? withoutSecrets(changed, [
            'azureClientSecret',
            'azureClientCertificate',
            'azureClientCertificatePassword',
            'accessToken',
          ])
        : changed
    );
    setSavedHost(host);
  };

  return (
    <FieldSet label="Connection" disabled={readOnly}>
      <Field
        label="Profile"
        htmlFor="tally-profile"
        description="Dataverse itself, or one of the services that can hold copies of its tables. A copy is minutes to hours old and knows nothing of Dataverse's security roles."
      >
        <RadioButtonGroup
          id="tally-profile"
          aria-label="Profile"
          options={profiles.map(({ value, label }) => ({ value, label }))}
          value={profile.value}
          disabled={readOnly}
          onChange={choose}
        />
      </Field>
      <Field
        label="Environment URL"
        htmlFor="tally-environment"
        description={
          isAddress(environment) && normalised !== environment ? `Is saved as ${normalised}` : profile.description
        }
        required
        {...validity('environment')}
      >
        <Input
          id="tally-environment"
          value={environment}
          placeholder={profile.placeholder}
          width={WIDTH}
          spellCheck={false}
          onChange={(event) => setJson({ environment: event.currentTarget.value })}
          onBlur={leave}
        />
      </Field>
      {profile.isCopy && (
        <TextSetting
          form={form}
          name="database"
          label="Database"
          description="The name of the lakehouse or database that has the copies of the tables."
          placeholder="dataverse_contoso"
          required
        />
      )}
    </FieldSet>
  );
}
