import { config } from '@grafana/runtime';
import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';

import { barriers } from '../../testing/axe';
import { catalog } from '../../testing/catalog';
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
  const form = { settings, save: () => {} };
  function Page() {
    const [options, setOptions] = useState(form.settings);
    form.save = () => setOptions((form.settings = saved(form.settings)));
    return <ConfigEditor options={options} onOptionsChange={(changed) => setOptions((form.settings = changed))} />;
  }
  const { container } = render(<Page />);
  await screen.findByPlaceholderText(answers.catalog ? 'The usual one' : 'Old rules');
  return { form, container };
}

/** Settings as Grafana hands them back when it has saved them. */
function saved({ secureJsonData, secureJsonFields, version = 0, ...settings }: Settings): Settings {
  const known = { ...secureJsonFields, ...secureJsonData };
  const fields = Object.fromEntries(Object.entries(known).map(([name, entered]) => [name, Boolean(entered)]));
  return { ...settings, version: version + 1, secureJsonFields: fields };
}

/** A secret as it is stored: with the environment that it is for. */
function bound(environment: string, secret: string) {
  return JSON.stringify({ environment, secret });
}

const { azure: none } = config;

/** Switches identities of the server on. */
function azure(settings: object) {
  Object.assign(config, { azure: settings });
}

afterEach(() => azure(none));

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
    expect(form.settings.secureJsonData).toEqual({ azureClientSecret: bound('contoso.crm4.dynamics.com', 'secret') });
    expect(screen.getByLabelText(/Client secret/)).toHaveValue('secret');
  });

  it('take a secret before the address that it is for', async () => {
    const { form } = await open({ jsonData: { azureCredentials: { authType: 'clientsecret' } } });
    await userEvent.type(screen.getByLabelText(/Client secret/), '{{s');
    expect(form.settings.secureJsonData).toEqual({ azureClientSecret: '{s' });
    await userEvent.type(screen.getByLabelText(/Environment URL/), 'contoso.crm.dynamics.com');
    await userEvent.tab();
    expect(form.settings.secureJsonData).toEqual({ azureClientSecret: bound('contoso.crm.dynamics.com', '{s') });
  });

  it('take a certificate that is pasted, or from a file, and its password', async () => {
    const stored = { jsonData: { ...registered, azureCredentials: { authType: 'clientcertificate' as const } } };
    const { form, container } = await open(stored);
    await userEvent.type(screen.getByLabelText(/^Client certificate/), '-----BEGIN CERTIFICATE-----');
    const pem = bound('contoso.crm4.dynamics.com', '-----BEGIN CERTIFICATE-----');
    expect(form.settings.secureJsonData).toEqual({ azureClientCertificate: pem });

    const pfx = new File([new Uint8Array([0x30, 0x82, 0xff])], 'app.pfx');
    const [file] = container.querySelectorAll<HTMLInputElement>('input[type=file]');
    await userEvent.upload(file, pfx);
    await userEvent.type(screen.getByLabelText(/^Certificate password/), 'p');
    expect(form.settings.secureJsonData).toEqual({
      azureClientCertificate: bound('contoso.crm4.dynamics.com', 'MIL/'),
      azureClientCertificatePassword: 'p',
    });
  });

  it('hold a copy of the tables and its database', async () => {
    const { form } = await open();
    expect(screen.queryByLabelText(/^Database/)).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('radio', { name: 'Fabric' }));
    await userEvent.type(screen.getByLabelText(/^Database/), 'contoso');
    expect(form.settings.jsonData).toEqual({ profile: 'fabric', database: 'contoso' });
    expect(screen.getByLabelText(/Environment URL/)).toHaveAttribute(
      'placeholder',
      expect.stringContaining('fabric.microsoft.com')
    );
    await userEvent.click(screen.getByRole('radio', { name: 'Dataverse' }));
    expect(form.settings.jsonData).toEqual({ profile: 'dataverse' });
    await userEvent.click(screen.getByRole('radio', { name: 'Synapse' }));
    expect(form.settings.jsonData).toEqual({ profile: 'synapse', database: 'contoso' });
  });

  it('bound what queries may ask for and use', async () => {
    const { form } = await open({ jsonData: { queryTimeout: '90s' } });
    await choose(/^Allowed definitions/, /New rules/);
    await userEvent.keyboard('{Escape}');
    await userEvent.type(screen.getByLabelText(/^Longest range/), '400d');
    await userEvent.type(screen.getByLabelText(/^Statements at a time/), '2');
    await userEvent.type(screen.getByLabelText(/^Cache size/), '0');
    await userEvent.type(screen.getByLabelText(/^Stale age/), '0s');
    await userEvent.click(screen.getByRole('radio', { name: 'Literal' }));
    await choose(/^Real-time window/, /Today/);
    await choose(/^Label language/, /German/);
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    expect(form.settings.jsonData).toEqual({
      queryTimeout: '90s',
      allowedDefinitions: ['new'],
      longestRange: '400d',
      maxRunning: 2,
      cacheMiB: 0,
      staleFor: '0s',
      parameters: 'literal',
      realTimeWindow: 'today',
      labelLanguage: 1031,
    });
    await userEvent.clear(screen.getByLabelText(/^Cache size/));
    expect(form.settings.jsonData.cacheMiB).toBeUndefined();
  });

  it('sign in by an identity of the server where its administrator has switched that on', async () => {
    await open();
    await userEvent.click(screen.getByLabelText(/Authentication/));
    expect(await screen.findByRole('option', { name: /client secret/ })).toBeVisible();
    expect(screen.queryByRole('option', { name: /identity/ })).not.toBeInTheDocument();
    expect(screen.getByText(/where its administrator has switched that on/)).toBeVisible();
  });

  it('say where an identity of the server is chosen, and what it needs', async () => {
    azure({ managedIdentityEnabled: true, workloadIdentityEnabled: true });
    const { form } = await open();
    await choose(/Authentication/, /^Managed identity/);
    expect(form.settings.jsonData).toEqual({ azureCredentials: { authType: 'msi' } });
    expect(screen.getByText(/forward_settings_to_plugins/)).toBeVisible();
    await choose(/Authentication/, /^Workload identity/);
    expect(form.settings.jsonData).toEqual({ azureCredentials: { authType: 'workloadidentity' } });
    expect(screen.queryByText(/where its administrator has switched that on/)).not.toBeInTheDocument();
  });

  it('say that an identity of the server has been switched off', async () => {
    await open({ jsonData: { azureCredentials: { authType: 'msi' } } });
    expect(screen.getByText(/managed_identity_enabled = true/)).toBeVisible();
    expect(screen.getByLabelText(/Authentication/)).toHaveValue('Managed identity');
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
    await userEvent.type(screen.getByLabelText(/Client secret/), 'again');
    expect(form.settings.secureJsonData).toMatchObject({
      azureClientSecret: bound('fabrikam.crm.dynamics.com', 'again'),
    });
  });
});

describe('the address', () => {
  const type = async (address: string) => {
    const environment = screen.getByLabelText(/Environment URL/);
    await userEvent.clear(environment);
    await userEvent.type(environment, address);
    await userEvent.tab();
  };

  it('can be corrected without losing a secret that has just been entered', async () => {
    const { form } = await open({ jsonData: registered, secureJsonFields: { azureClientSecret: true } });
    await type('fabrikan.crm.dynamics.com');
    await userEvent.type(screen.getByLabelText(/Client secret/), 'again');
    await type('fabrikam.crm.dynamics.com');
    expect(form.settings.secureJsonData).toEqual({ azureClientSecret: bound('fabrikam.crm.dynamics.com', 'again') });
  });

  it('keeps its secrets once it has been saved with them, and loses them with the next one', async () => {
    const { form } = await open({ jsonData: registered, secureJsonFields: { azureClientSecret: true } });
    await type('fabrikam.crm.dynamics.com');
    await userEvent.type(screen.getByLabelText(/Client secret/), 'again');
    act(form.save);
    await type('fabrikam.crm.dynamics.com');
    expect(form.settings.secureJsonFields.azureClientSecret).toBe(true);
    await type('contoso.crm4.dynamics.com');
    expect(form.settings.secureJsonFields.azureClientSecret).toBe(false);
  });
});

describe('what is wrong', () => {
  it('is not said of a form that nobody has touched', async () => {
    await open();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it.each<[RegExp, Stored['jsonData'], RegExp]>([
    [/Environment URL/, {}, /Enter the address, such as/],
    [/Authentication/, {}, /Choose how to sign in/],
    [/Directory/, { azureCredentials: { authType: 'clientsecret' } }, /app registration’s overview/],
    [/Application/, { azureCredentials: { authType: 'clientsecret' } }, /app registration’s overview/],
    [/Client secret/, { azureCredentials: { authType: 'clientsecret' } }, /not its id/],
    [/^Client certificate/, { azureCredentials: { authType: 'clientcertificate' } }, /with its private key/],
    [/^Database/, { environment: 'https://contoso.datawarehouse.fabric.microsoft.com', profile: 'fabric' }, /name of/],
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
    ['a range', { longestRange: 'a year' }, /400d/],
    ['an age', { staleFor: '1 hour' }, /such as 1h/],
    ['a number of statements', { maxRunning: 5 }, /from 1 to 4/],
    ['a cache', { cacheMiB: -1 }, /0 for no cache/],
    ['a language', { labelLanguage: NaN }, /1031/],
    ['a host name', { hostNameInCertificate: 'https://host' }, /without https/],
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
    const everything = { ...registered, profile: 'fabric', queryTimeout: '1m', timeZone: 'UTC', definition: 'old' };
    const { container } = await open({
      jsonData: everything,
      secureJsonFields: { azureClientSecret: true },
      readOnly: true,
    });
    expect(screen.getByText('These settings come from a provisioning file')).toBeVisible();
    const fields = [...container.querySelectorAll('input, textarea')];
    expect(fields.length).toBeGreaterThan(16);
    expect(fields.filter((field) => !field.matches(':disabled'))).toEqual([]);
    expect(screen.getByRole('button', { name: 'Reset' })).toBeDisabled();
  });
});

it('shows what holds where nothing is chosen by its title', async () => {
  const windows = [{ id: 'last_2h', title: 'Two hours', description: 'Until now.' }];
  await open({}, { catalog: { ...catalog, windows } });
  const window = screen.getByLabelText(/^Real-time window/);
  await waitFor(() => expect(window).toHaveAttribute('placeholder', 'Two hours'));
});

describe('the proxy’s switch', () => {
  it.each([true, false])('obeys a file as the rest does: %s', async (readOnly) => {
    config.secureSocksDSProxyEnabled = true;
    try {
      const { container } = await open({ readOnly });
      expect(within(container).getByRole('switch').matches(':disabled')).toBe(readOnly);
    } finally {
      config.secureSocksDSProxyEnabled = false;
    }
  });
});

describe('the form', () => {
  it.each<[string, Stored]>([
    ['empty', {}],
    ['filled', { jsonData: { ...registered, queryTimeout: '1m' }, secureJsonFields: { azureClientSecret: true } }],
    ['wrong', { jsonData: { environment: 'https://', azureCredentials: { authType: 'accesstoken' }, timeZone: 'x' } }],
    ['of a certificate', { jsonData: { ...registered, azureCredentials: { authType: 'clientcertificate' } } }],
    ['of an identity', { jsonData: { ...registered, profile: 'synapse', azureCredentials: { authType: 'msi' } } }],
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
