import { Collapse, Combobox, Field, FieldSet, Input, SecretTextArea, type ComboboxOption } from '@grafana/ui';
import React, { useState } from 'react';

import { WIDTH } from './Connection';
import type { Form } from './useForm';

/** By the names of Grafana's own Azure data sources. */
const clouds: ComboboxOption[] = [
  { value: 'AzureCloud', label: 'Azure' },
  { value: 'AzureUSGovernment', label: 'Azure US Government' },
  { value: 'AzureChinaCloud', label: 'Azure China' },
];

/** What most environments never need. Open where something in it is set. */
export function Advanced({ form }: { form: Form }) {
  const { options, readOnly, setJson, setCredentials, setSecret, resetSecrets, visit, validity } = form;
  const { queryTimeout = '', hostNameInCertificate = '', authority = '', azureCredentials } = options.jsonData;
  const [isOpen, setOpen] = useState(
    Boolean(queryTimeout || hostNameInCertificate || authority || options.secureJsonFields?.tlsCACert)
  );
  return (
    <Collapse label="Advanced" isOpen={isOpen} onToggle={() => setOpen(!isOpen)}>
      <FieldSet disabled={readOnly}>
        <Field
          label="Query timeout"
          htmlFor="tally-query-timeout"
          description="After this time a query is given up, from 1s to 5m. Dataverse itself ends most queries after two minutes."
          {...validity('queryTimeout')}
        >
          <Input
            id="tally-query-timeout"
            value={queryTimeout}
            placeholder="130s"
            width={WIDTH}
            onChange={(event) => setJson({ queryTimeout: event.currentTarget.value.trim() })}
            onBlur={() => visit('queryTimeout')}
          />
        </Field>
        <Field
          label="Azure cloud"
          htmlFor="tally-cloud"
          description="The environment's address says which cloud it stands in. What is chosen here only has to agree."
        >
          <Combobox
            id="tally-cloud"
            options={clouds}
            value={azureCredentials?.azureCloud || null}
            placeholder="As the address says"
            width={WIDTH}
            disabled={readOnly}
            isClearable
            onChange={(option) => setCredentials({ azureCloud: option?.value })}
          />
        </Field>
        <Field
          label="CA certificate"
          htmlFor="tally-ca"
          description="Certificates in PEM form to trust beside the system's, for this data source only."
          {...validity('tlsCACert')}
        >
          <SecretTextArea
            id="tally-ca"
            isConfigured={Boolean(options.secureJsonFields?.tlsCACert)}
            value={options.secureJsonData?.tlsCACert ?? ''}
            placeholder="-----BEGIN CERTIFICATE-----"
            rows={4}
            cols={WIDTH}
            disabled={readOnly}
            onChange={(event) => setSecret('tlsCACert', event.currentTarget.value)}
            onReset={() => resetSecrets('tlsCACert')}
            onBlur={() => visit('tlsCACert')}
          />
        </Field>
        <Field
          label="Host name in certificate"
          htmlFor="tally-host-name"
          description="The name that the server's certificate has, where it is not the environment's host."
        >
          <Input
            id="tally-host-name"
            value={hostNameInCertificate}
            width={WIDTH}
            onChange={(event) => setJson({ hostNameInCertificate: event.currentTarget.value.trim() })}
          />
        </Field>
        <Field
          label="Authority"
          htmlFor="tally-authority"
          description="The sign-in service of an embedded Dataverse on this computer. Environments in the cloud have their own."
          {...validity('authority')}
        >
          <Input
            id="tally-authority"
            value={authority}
            placeholder="https://localhost:14331"
            width={WIDTH}
            onChange={(event) => setJson({ authority: event.currentTarget.value.trim() })}
            onBlur={() => visit('authority')}
          />
        </Field>
      </FieldSet>
    </Collapse>
  );
}
