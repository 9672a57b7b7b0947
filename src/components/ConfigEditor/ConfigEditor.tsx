import { config } from '@grafana/runtime';
import { Alert, FieldSet, SecureSocksProxySettings } from '@grafana/ui';
import React from 'react';

import { Advanced } from './Advanced';
import { Connection } from './Connection';
import { Credentials } from './Credentials';
import { QueryDefaults } from './QueryDefaults';
import { useForm, type Props } from './useForm';
import { useStoredCatalog } from './useStoredCatalog';

/** The settings of the data source. Their labels are those that the back end's messages name. */
export function ConfigEditor(props: Props) {
  const form = useForm(props);
  const catalog = useStoredCatalog(props.options.uid);
  return (
    <>
      {form.readOnly && (
        <Alert severity="info" title="These settings come from a provisioning file">
          Change them there; here they can only be looked at and tested.
        </Alert>
      )}
      <Connection form={form} />
      <Credentials form={form} />
      <QueryDefaults form={form} catalog={catalog} />
      <Advanced form={form} catalog={catalog.value} />
      {config.secureSocksDSProxyEnabled && (
        <FieldSet disabled={form.readOnly}>
          <SecureSocksProxySettings options={props.options} onOptionsChange={props.onOptionsChange} />
        </FieldSet>
      )}
    </>
  );
}
