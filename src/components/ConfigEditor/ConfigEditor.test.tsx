import { config } from '@grafana/runtime';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';

import { barriers } from '../../testing/axe';
import { backend, Refusal, type Answers } from '../../testing/datasource';
import type { TallyOptions, TallySecrets } from '../../types';
import { ConfigEditor } from './ConfigEditor';
import type { Settings } from './problems';

const registered: TallyOptions = {
  environment: 'https://contoso.crm4.dynamics.com',
  azureCredentials: { authType: 'clientsecret', azureCloud: 'AzureCloud', tenantId: 't', clientId: 'c' },
};

interface Stored {
  jsonData?: TallyOptions;
  secureJsonFields?: Partial<Record<keyof TallySecrets, boolean>>;
  readOnly?: boolean;
}

/** Shows the form for stored settings; `form.settings` is what "Save & test" would store. */
async function open(stored: Stored = {}, answers: Answers = {}) {
  backend(answers);
  const settings = { uid: 'uid', secureJsonFields: {}, jsonData: {}, readOnly: false, ...stored } as Settings;
  const form = { settings };
  function Page() {
    const [options, setOptions] = useState(form.settings);
    return <ConfigEditor options={options} onOptionsChange={(changed) => setOptions((form.settings = changed))} />;
  }
  const { container } = render(<Page />);
  await screen.findByPlaceholderText(answers.catalog ? 'The usual one' : 'Old rules');
  return { form, container };
}

async function choose(label: RegExp, option: RegExp) {
  await userEvent.click(screen.getByLabelText(label));
  await userEvent.click(await screen.findByRole('option', { name: option }));
}

describe('the settings', () => {
  it('are filled in and stored in the shape of Grafana’s own Azure data sources', async () => {
    const { form } = await open();
    await userEvent.type(screen.getByLabelText(/Environment URL/), 'Contoso.crm4.dynamics.com/main.aspx');
    expect(screen.getByText('Is saved as https://contoso.crm4.dynamics.com')).toBeVisible();
    await choose(/Authentication/, /client secret/);
    await userEvent.type(screen.getByLabelText(/Directory \(tenant\) ID/), 'tenant');
    await userEvent.type(screen.getByLabelText(/Application \(client\) ID/), ' client ');
    await userEvent.type(screen.getByLabelText(/Client secret/), 'secret');
    await choose(/Definition/, /New rules/);
    await userEvent.type(screen.getByLabelText(/Time zone/), 'Europe/Berlin{Enter}');
    await userEvent.click(screen.getByRole('button', { name: 'Advanced' }));
    await userEvent.type(screen.getByLabelText(/Query timeout/), '90s');
    expect(form.settings.jsonData).toEqual({
      environment: 'https://contoso.crm4.dynamics.com',
      azureCredentials: { authType: 'clientsecret', tenantId: 'tenant', clientId: 'client' },
      definition: 'new',
      timeZone: 'Europe/Berlin',
      queryTimeout: '90s',
    });
    expect(form.settings.secureJsonData).toEqual({ azureClientSecret: 'secret' });
  });

  it('take a token and a certificate to trust', async () => {
    const { form } = await open({ jsonData: { environment: 'https://localhost:14330' } });
    await choose(/Authentication/, /Access token/);
    await userEvent.type(screen.getByLabelText(/^Access token/), 'token');
    await userEvent.click(screen.getByRole('button', { name: 'Advanced' }));
    await userEvent.type(screen.getByLabelText(/^CA certificate/), '-----BEGIN CERTIFICATE-----');
    await userEvent.type(screen.getByLabelText(/^Host name in certificate/), 'localhost');
    await userEvent.type(screen.getByLabelText(/^Authority/), 'https://localhost:1');
    await choose(/Azure cloud/, /China/);
    expect(form.settings.secureJsonData).toEqual({ accessToken: 'token', tlsCACert: '-----BEGIN CERTIFICATE-----' });
    expect(form.settings.jsonData).toMatchObject({
      azureCredentials: { authType: 'accesstoken', azureCloud: 'AzureChinaCloud' },
      hostNameInCertificate: 'localhost',
      authority: 'https://localhost:1',
    });
  });

  it('never show a stored secret, and forget it on demand', async () => {
    const { form } = await open({ jsonData: registered, secureJsonFields: { azureClientSecret: true } });
    expect(screen.getByLabelText(/Client secret/)).toHaveValue('configured');
    expect(screen.getByLabelText(/Client secret/)).toBeDisabled();
    await userEvent.click(screen.getByRole('button', { name: 'Reset' }));
    expect(form.settings.secureJsonFields.azureClientSecret).toBe(false);
    expect(form.settings.secureJsonData).toEqual({ azureClientSecret: '' });
  });

  it('ask for the secret again when the environment is another one', async () => {
    const { form } = await open({ jsonData: registered, secureJsonFields: { azureClientSecret: true } });
    const environment = screen.getByLabelText(/Environment URL/);
    await userEvent.type(environment, ':5558');
    await userEvent.tab();
    expect(form.settings.secureJsonFields.azureClientSecret).toBe(true);
    await userEvent.clear(environment);
    await userEvent.type(environment, 'fabrikam.crm.dynamics.com');
    await userEvent.tab();
    expect(form.settings.secureJsonFields.azureClientSecret).toBe(false);
    expect(form.settings.secureJsonData).toMatchObject({ azureClientSecret: '' });
  });
});

describe('what is wrong', () => {
  it('is not said of a form that nobody has touched', async () => {
    await open();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it.each<[RegExp, Stored['jsonData'], RegExp]>([
    [/Environment URL/, {}, /Enter the address of your environment/],
    [/Authentication/, {}, /Choose how to sign in/],
    [/Directory/, { azureCredentials: { authType: 'clientsecret' } }, /app registration’s overview/],
    [/Application/, { azureCredentials: { authType: 'clientsecret' } }, /app registration’s overview/],
    [/Client secret/, { azureCredentials: { authType: 'clientsecret' } }, /not its id/],
    [/^Access token/, { azureCredentials: { authType: 'accesstoken' } }, /Paste a token/],
  ])('is said of %p once it is left empty', async (label, jsonData, message) => {
    await open({ jsonData });
    const field = screen.getByLabelText(label);
    await userEvent.click(field);
    await userEvent.keyboard('{Escape}');
    await userEvent.tab();
    expect(screen.getByRole('alert')).toHaveTextContent(message);
  });

  it.each<[string, TallyOptions, RegExp]>([
    ['an address', { environment: 'https://' }, /such as https/],
    ['a zone', { timeZone: 'Moon/Crater' }, /IANA name/],
    ['a timeout', { queryTimeout: '90' }, /number and its unit/],
    ['an authority', { authority: 'http://localhost' }, /begins with https/],
  ])('is said at once of %s that cannot be read', async (_, jsonData, message) => {
    await open({ jsonData });
    expect(screen.getByRole('alert')).toHaveTextContent(message);
  });

  it('is said of a certificate that is none', async () => {
    await open();
    await userEvent.click(screen.getByRole('button', { name: 'Advanced' }));
    await userEvent.type(screen.getByLabelText(/^CA certificate/), 'x');
    expect(screen.getByRole('alert')).toHaveTextContent(/BEGIN CERTIFICATE/);
  });

  it('is said of definitions that cannot be offered', async () => {
    await open({ jsonData: { definition: 'old' } }, { catalog: new Refusal(502, { message: 'the plugin is gone' }) });
    expect(await screen.findByRole('alert')).toHaveTextContent('the plugin is gone');
    expect(screen.getByLabelText(/^Definition/)).toHaveValue('old');
  });
});

describe('settings from a file', () => {
  it('can be looked at but not changed', async () => {
    const everything = { ...registered, queryTimeout: '1m', timeZone: 'UTC', definition: 'old' };
    const { container } = await open({
      jsonData: everything,
      secureJsonFields: { azureClientSecret: true },
      readOnly: true,
    });
    expect(screen.getByText('These settings come from a provisioning file')).toBeVisible();
    const fields = [...container.querySelectorAll('input, textarea')];
    expect(fields.length).toBeGreaterThan(8);
    expect(fields.filter((field) => !field.matches(':disabled'))).toEqual([]);
    expect(screen.getByRole('button', { name: 'Reset' })).toBeDisabled();
  });
});

describe('the form', () => {
  it.each<[string, Stored]>([
    ['empty', {}],
    ['filled', { jsonData: { ...registered, queryTimeout: '1m' }, secureJsonFields: { azureClientSecret: true } }],
    ['wrong', { jsonData: { environment: 'https://', azureCredentials: { authType: 'accesstoken' }, timeZone: 'x' } }],
  ])('has no barriers when it is %s', async (_, stored) => {
    const { container } = await open(stored);
    expect(await barriers(container)).toEqual([]);
  });

  it('has the proxy’s switch where the server has the proxy', async () => {
    config.secureSocksDSProxyEnabled = true;
    try {
      const { form, container } = await open();
      await userEvent.click(within(container).getByRole('switch'));
      expect(form.settings.jsonData.enableSecureSocksProxy).toBe(true);
    } finally {
      config.secureSocksDSProxyEnabled = false;
    }
  });
});
