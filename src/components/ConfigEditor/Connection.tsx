import { Field, FieldSet, Input, RadioButtonGroup } from '@grafana/ui';
import React, { useState } from 'react';

import type { Profile, TallySecrets } from '../../types';
import { rebind } from './bound';
import { hostOf, isAddress, normalise } from './environment';
import { TextSetting, WIDTH } from './fields';
import { profileOf, profiles } from './profiles';
import { withoutSecrets, type Form } from './useForm';

/** Whoever has one of these can read the environment. */
const OF_ENVIRONMENT: Array<keyof TallySecrets> = [
  'azureClientSecret',
  'azureClientCertificate',
  'azureClientCertificatePassword',
  'accessToken',
];

/** Where the tables are. */
export function Connection({ form }: { form: Form }) {
  const { options, readOnly, setJson, visit, validity } = form;
  const environment = options.jsonData.environment ?? '';
  const profile = profileOf(options.jsonData);
  const storedFor = useStoredHost(form);
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
    // A stored secret belongs to the environment that it was entered for: another one must not get it unasked. One that
    // has just been entered is for the address that stands here.
    const isOther = storedFor !== '' && hostOf(normalised) !== storedFor;
    form.setOptions(isOther ? withoutSecrets(changed, OF_ENVIRONMENT.filter(form.isStored)) : changed);
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

/** The host that the stored secrets were entered for: that of the settings as they were last saved, which counts a version. */
function useStoredHost({ options }: Form): string {
  const current = { version: options.version, host: hostOf(options.jsonData.environment) };
  const [stored, setStored] = useState(current);
  if (stored.version !== current.version) {
    setStored(current);
    return current.host;
  }
  return stored.host;
}
