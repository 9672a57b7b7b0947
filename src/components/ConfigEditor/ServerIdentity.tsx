import { Alert } from '@grafana/ui';
import React from 'react';

import plugin from '../../plugin.json';

interface Props {
  type: 'msi' | 'workloadidentity';
  /** Whether Grafana's administrator has switched it on. */
  isOn: boolean;
}

const settings = {
  msi: ['managed_identity_enabled', 'the one with managed_identity_client_id, or the system assigned one'],
  workloadidentity: ['workload_identity_enabled', 'the one with workload_identity_client_id'],
};

/** There is nothing to fill in for an identity of the server: who may edit a data source does not choose among them. */
export function ServerIdentity({ type, isOn }: Props) {
  const [enabled, which] = settings[type];
  if (!isOn) {
    return (
      <Alert severity="warning" title="This identity is switched off">
        {`Ask Grafana's administrator to set ${enabled} = true in the section [azure] of its configuration, or choose another way to sign in.`}
      </Alert>
    );
  }
  return (
    <Alert severity="info" title="Which identity it is stands in Grafana's configuration">
      {`It is ${which}, in the section [azure]. There forward_settings_to_plugins must have ${plugin.id} in it. The identity has to be an application user of the environment.`}
    </Alert>
  );
}
