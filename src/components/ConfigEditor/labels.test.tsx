import { render, screen } from '@testing-library/react';
import { readdirSync, readFileSync } from 'fs';
import path from 'path';
import React from 'react';

import { backend } from '../../testing/datasource';
import type { AuthType, TallyOptions } from '../../types';
import { ConfigEditor } from './ConfigEditor';
import type { Settings } from './problems';

const folder = path.join(__dirname, '../../../pkg/plugin');
const source = readdirSync(folder)
  .filter((name) => name.endsWith('.go') && !name.endsWith('_test.go'))
  .map((name) => readFileSync(path.join(folder, name), 'utf8'))
  .join('\n');

/** The labels of all fields that are shown for these settings. */
async function labels(jsonData: TallyOptions): Promise<Set<string>> {
  backend();
  const options = { uid: 'uid', secureJsonFields: {}, jsonData: { ...jsonData, queryTimeout: '1m' } };
  const { container, unmount } = render(
    <ConfigEditor options={options as Settings} onOptionsChange={() => undefined} />
  );
  await screen.findByPlaceholderText('Old rules');
  const shown = [...container.querySelectorAll('label[for^="tally-"]')];
  const texts = shown.map((label) => [...label.querySelectorAll('div')].at(0)?.firstChild?.textContent ?? '');
  const choices = [...container.querySelectorAll('[role=radiogroup]')];
  texts.push(...choices.map((group) => group.getAttribute('aria-label') ?? ''));
  unmount();
  return new Set(texts.map((text) => text.replace(/[ *\u00a0]+$/, '').trim()));
}

describe('the labels of the settings', () => {
  it('are those that the back end’s messages name, and there is no other', async () => {
    const named = [...source.matchAll(/^\tField\w+\s+= "(.+)"$/gm)].map(([, label]) => label);
    expect(named.length).toBeGreaterThan(20);
    const types: AuthType[] = ['clientsecret', 'clientcertificate', 'msi', 'workloadidentity', 'accesstoken'];
    const shown = new Set<string>();
    for (const authType of types) {
      for (const label of await labels({ azureCredentials: { authType }, profile: 'fabric' })) {
        shown.add(label);
      }
    }
    expect([...shown].sort()).toEqual([...new Set(named)].sort());
  });

  it('are of settings that the back end reads', () => {
    const [, keys] = /^var editorLabels = map\[string\]string\{\n([^]*?)^\}/m.exec(source)!;
    const read = [...keys.matchAll(/"([\w.]+)":/g)].map(([, key]) => key.replace('azureCredentials.', ''));
    const types = readFileSync(path.join(__dirname, '../../types.ts'), 'utf8');
    const fieldsOf = (name: string) => {
      const [, body] = new RegExp(`^export interface ${name}[^{]*\\{\\n([^]*?)^\\}`, 'm').exec(types)!;
      return [...body.matchAll(/^ {2}(\w+)\?:/gm)].map(([, field]) => field);
    };
    const saved = [...fieldsOf('TallyOptions'), ...fieldsOf('AzureCredentials')];
    // Grafana's own, which its software development kit reads.
    expect(saved.filter((field) => field !== 'enableSecureSocksProxy').sort()).toEqual(read.sort());
  });
});
