import { Collapse, Field, FieldSet, SecretTextArea, type ComboboxOption } from '@grafana/ui';
import React, { useState } from 'react';

import type { Catalog } from '../../catalog';
import type { TallyOptions } from '../../types';
import { Choice } from '../Choice';
import { optionsOf } from '../options';
import { ChoicesSetting, COLUMNS, NumberSetting, TextSetting, WIDTH } from './fields';
import { Parameters } from './Parameters';
import type { Form } from './useForm';
import { MOST_RUNNING, usual } from './usual';

/** By the names of Grafana's own Azure data sources. */
const clouds: ComboboxOption[] = [
  { value: 'AzureCloud', label: 'Azure' },
  { value: 'AzureUSGovernment', label: 'Azure US Government' },
  { value: 'AzureChinaCloud', label: 'Azure China' },
];

const here = [
  'allowedDefinitions',
  'longestRange',
  'maxRunning',
  'cacheMiB',
  'staleFor',
  'parameters',
  'queryTimeout',
  'hostNameInCertificate',
  'authority',
] as const satisfies Array<keyof TallyOptions>;

/** What most environments never need. Open where something in it is set. */
export function Advanced({ form, catalog }: { form: Form; catalog: Catalog | undefined }) {
  const { jsonData } = form.options;
  const isSet = here.some((name) => jsonData[name] !== undefined && String(jsonData[name]) !== '');
  const [isOpen, setOpen] = useState(isSet || form.isStored('tlsCACert'));
  return (
    <Collapse label="Advanced" isOpen={isOpen} onToggle={() => setOpen(!isOpen)}>
      <FieldSet label="Limits" disabled={form.readOnly}>
        <ChoicesSetting
          form={form}
          name="allowedDefinitions"
          label="Allowed definitions"
          description="Queries can name only these, so that nobody compares numbers of different rules by mistake."
          placeholder="All"
          options={optionsOf(catalog?.definitions ?? [])}
        />
        <TextSetting
          form={form}
          name="longestRange"
          label="Longest range"
          description="A query over a longer span of time is refused, such as 400d."
          placeholder="No limit"
        />
        <NumberSetting
          form={form}
          name="maxRunning"
          label="Statements at a time"
          description={`How many statements this data source runs on Dataverse at once, 1 to ${MOST_RUNNING}. Dataverse lets each user run about four; what is left is for others who use the same app registration.`}
          placeholder={usual.maxRunning}
        />
        <TextSetting
          form={form}
          name="queryTimeout"
          label="Query timeout"
          description="After this time a query is given up, from 1s to 5m. Dataverse itself ends most queries after two minutes."
          placeholder={usual.queryTimeout}
        />
        <NumberSetting
          form={form}
          name="cacheMiB"
          label="Cache size"
          description="The memory in which answers are kept, so that panels that ask the same do not ask Dataverse again. 0 keeps none."
          placeholder={usual.cacheMiB}
          suffix="MiB"
        />
        <TextSetting
          form={form}
          name="staleFor"
          label="Stale age"
          description="While Dataverse cannot be asked, the last answer is shown with a warning until it is this old, 24h at the most. 0s shows an error at once."
          placeholder={usual.staleFor}
        />
        <Parameters form={form} />
      </FieldSet>
      <FieldSet label="Network" disabled={form.readOnly}>
        <Cloud form={form} />
        <CACertificate form={form} />
        <TextSetting
          form={form}
          name="hostNameInCertificate"
          label="Host name in certificate"
          description="The name that the server's certificate has, where a login is sent on to an address without a name: mostly the environment's host."
        />
        <TextSetting
          form={form}
          name="authority"
          label="Authority"
          description="The sign-in service of an embedded Dataverse on this computer. Environments in the cloud have their own."
          placeholder="https://localhost:14331"
        />
      </FieldSet>
    </Collapse>
  );
}

function Cloud({ form }: { form: Form }) {
  return (
    <Field
      label="Azure cloud"
      htmlFor="tally-cloud"
      description="The environment's address says which cloud it stands in. What is chosen here only has to agree."
    >
      <Choice
        id="tally-cloud"
        options={clouds}
        value={form.options.jsonData.azureCredentials?.azureCloud || null}
        placeholder="As the address says"
        width={WIDTH}
        disabled={form.readOnly}
        isClearable
        onChange={(azureCloud) => form.setCredentials({ azureCloud })}
      />
    </Field>
  );
}

function CACertificate({ form }: { form: Form }) {
  return (
    <Field
      label="CA certificate"
      htmlFor="tally-ca"
      description="Certificates in PEM form to trust beside the system's, for this data source only."
      {...form.validity('tlsCACert')}
    >
      <SecretTextArea
        id="tally-ca"
        isConfigured={form.isStored('tlsCACert')}
        value={form.secret('tlsCACert')}
        placeholder="-----BEGIN CERTIFICATE-----"
        rows={4}
        cols={COLUMNS}
        disabled={form.readOnly}
        onChange={(event) => form.setSecret('tlsCACert', event.currentTarget.value)}
        onReset={() => form.resetSecrets('tlsCACert')}
        onBlur={() => form.visit('tlsCACert')}
      />
    </Field>
  );
}
