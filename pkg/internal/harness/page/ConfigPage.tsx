import { Alert, Button } from '@grafana/ui';
import React, { useState } from 'react';

import { plugin } from '../../../../src/module';
import { makeDataSource, saveSettings, type Settings } from './grafana';

const ConfigEditor = plugin.components.ConfigEditor!;

/** The page of a data source's settings. */
export function ConfigPage({ stored }: { stored: Settings }) {
  const [settings, setSettings] = useState(stored);
  const [outcome, setOutcome] = useState<{ status: string; message: string }>();

  const saveAndTest = async () => {
    const saved = settings.readOnly ? settings : await saveSettings(settings);
    setSettings({ ...saved, secureJsonData: undefined });
    const check = await makeDataSource(saved).callHealthCheck();
    setOutcome({ status: check.status, message: check.message });
  };

  return (
    <>
      <h1>Tally for Dataverse</h1>
      <div id="editor">
        <ConfigEditor options={settings} onOptionsChange={setSettings} />
      </div>
      {outcome && <Alert title={outcome.message} severity={outcome.status === 'OK' ? 'success' : 'error'} />}
      <Button onClick={saveAndTest}>{settings.readOnly ? 'Test' : 'Save & test'}</Button>
    </>
  );
}
