// A person in front of the editors: node --test drive.mjs, with what it needs to know in HARNESS (see harness_test.go).
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { chromium } from 'playwright-core';

const { url, browser, screenshots, connection, fields } = JSON.parse(process.env.HARNESS);
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const alone = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];

let context;
let profile;
let page;
const faults = [];

before(async () => {
  await mkdir(screenshots, { recursive: true });
  profile = await mkdtemp(path.join(os.tmpdir(), 'tally-chromium-'));
  context = await chromium.launchPersistentContext(profile, {
    executablePath: browser,
    headless: true,
    args: [...alone, ...quiet],
    viewport: { width: 1250, height: 1000 },
  });
  context.setDefaultTimeout(20_000);
  page = await context.newPage();
  page.on('pageerror', (error) => faults.push(String(error)));
});

after(async () => {
  await context?.close();
  await rm(profile, { recursive: true, force: true });
});

async function open(name, theme = 'dark') {
  await page.goto(`${url}/?page=${name}&theme=${theme}`);
}

async function picture(name) {
  await page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage: true });
}

/** A field of a form by its label, not what else has the label's words in it. */
function field(label) {
  return page.locator('input, textarea').and(page.getByLabel(label)).first();
}

/** Chooses an entry of a list by its label. */
async function choose(label, option) {
  await page.getByRole('combobox', { name: label, exact: true }).click();
  await page.getByRole('option', { name: option }).first().click();
}

async function saved() {
  return JSON.parse(await page.getByLabel('Saved query').textContent());
}

/** Waits for the answer to what was last asked. */
async function answered(state = 'Done') {
  await page.getByRole('status').filter({ hasText: state }).waitFor();
}

/** What in the plugin's own part hinders people who cannot see or use a mouse; here also the contrast of colours. */
async function barriers() {
  await page.addScriptTag({ path: axe });
  const { violations } = await page.evaluate(() => window.axe.run('#editor'));
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

describe('settings', () => {
  test('say what is wrong with them', async () => {
    await open('config');
    await page.getByRole('button', { name: 'Save & test' }).click();
    await page.getByRole('alert').filter({ hasText: 'Environment URL' }).waitFor();
    await picture('config-empty-dark');
  });

  test('have the fields that the back end names', async () => {
    await open('config');
    await choose(/^Authentication/, /client secret/);
    await page.getByRole('button', { name: 'Advanced' }).click();
    for (const label of fields.filter((name) => name !== 'Access token')) {
      assert.equal(await field(label).isVisible(), true, label);
    }
    await choose(/^Authentication/, /Access token/);
    await field('Access token').waitFor();
  });

  test('connect by a client secret', async () => {
    await open('config');
    await field('Environment URL').fill(connection.environment);
    await choose(/^Authentication/, /client secret/);
    await field('Directory (tenant) ID').fill(connection.tenant);
    await field('Application (client) ID').fill(connection.client);
    await field('Client secret').fill('wrong');
    await page.getByRole('button', { name: 'Advanced' }).click();
    await field('CA certificate').fill(connection.ca);
    await field('Authority').fill(connection.authority);
    await page.getByRole('button', { name: 'Save & test' }).click();
    await page
      .getByRole('alert')
      .filter({ hasText: /secret|sign/i })
      .waitFor();
    await picture('config-wrong-secret-dark');

    await page.getByRole('button', { name: 'Reset' }).first().click();
    await field('Client secret').fill(connection.secret);
    await page.getByRole('button', { name: 'Save & test' }).click();
    await page.getByText(/Dataverse answered in .* bot conversations in the last 24 hours/).waitFor();
    await picture('config-dark');
  });

  test('are shown again without their secrets, in the light', async () => {
    await open('config', 'light');
    assert.match(await field('Environment URL').inputValue(), /^https:\/\//);
    assert.equal(await field('Client secret').inputValue(), 'configured');
    assert.equal((await page.content()).includes(connection.secret), false);
    await picture('config-light');
    assert.deepEqual(await barriers(), []);
  });
});

describe('a panel', () => {
  test('shows a series at once', async () => {
    await open('panel');
    await answered();
    await page.locator('canvas').first().waitFor();
    assert.deepEqual(await saved(), { refId: 'A', version: 1, bucket: 'auto' });
    await picture('panel-new-dark');
    assert.deepEqual(await barriers(), []);
  });

  test('is grouped by bot and drawn by the hour', async () => {
    await open('panel');
    await answered();
    await choose('Metrics', /^Escalated/);
    await page.keyboard.press('Escape');
    await choose('Group by', /^Bot/);
    await page.keyboard.press('Escape');
    await choose('Per', /^Hour/);
    await answered();
    const query = await saved();
    assert.deepEqual(query, { refId: 'A', version: 1, bucket: 'hour', metrics: ['escalated'], groupBy: ['bot'] });
    assert.ok((await page.getByTestId(/data-testid VizLegend series/).count()) > 1, 'a series for each bot');
    await picture('panel-by-bot-dark');
  });

  test('is filtered by a channel that is offered by its name', async () => {
    await open('panel', 'light');
    await answered();
    await page.getByRole('button', { name: 'Add filter' }).click();
    await choose('Filter 1: dimension', /^Channel/);
    await page.getByRole('combobox', { name: 'Filter 1: values' }).click();
    const offered = page.getByRole('option', { name: /conversations/ });
    await offered.first().waitFor();
    await picture('panel-filter-offered-light');
    await offered.first().click();
    await page.keyboard.press('Escape');
    await choose('Group by', /^Channel/);
    await page.keyboard.press('Escape');
    await page.getByRole('radio', { name: 'Table' }).click();
    await choose('Per', /^None/);
    await answered();
    const { filters } = await saved();
    assert.equal(filters.length, 1);
    assert.match(filters[0].values[0], /^\d+$/);
    assert.equal(await page.getByRole('row').count(), 2, 'a head and one channel');
    await picture('panel-filtered-table-light');
    assert.deepEqual(await barriers(), []);
  });

  test('shows numbers, counted by other rules', async () => {
    await open('panel');
    await answered();
    for (const metric of [/^Bot conversations/, /^Deflected/, /^Escalated/, /^Deflection rate/]) {
      await choose('Metrics', metric);
      await page.keyboard.press('Escape');
    }
    await choose('Per', /^None/);
    await page.getByRole('radio', { name: 'Stat' }).click();
    await page.getByRole('button', { name: 'Options' }).click();
    await choose('View', /^Real time/);
    await choose('Definition', /^March 2026/);
    await choose('SMS', /^All SMS/);
    await answered();
    await picture('panel-stat-options-dark');
    const { view, definition, rules } = await saved();
    assert.deepEqual({ view, definition, rules }, { view: 'realtime', definition: '2026-03', rules: { sms: 'all' } });
    const shown = page.locator('main');
    await shown.getByText('Deflection rate').first().waitFor();
    assert.match(await shown.textContent(), /\d%/);
    assert.deepEqual(await barriers(), []);
  });

  test('shows its SQL on demand', async () => {
    await open('panel');
    await answered();
    await page.getByRole('button', { name: 'Show SQL' }).click();
    const text = page.getByLabel('SQL of the query');
    await text.waitFor();
    assert.match(await text.textContent(), /-- @p1 [^]*SELECT[^]*msdyn_ocsession/);
    await picture('panel-sql-dark');
  });

  test('says what is wrong with a query', async () => {
    await open('panel');
    await answered();
    await page.getByRole('combobox', { name: 'Per', exact: true }).fill('soon');
    await page.getByRole('option', { name: /^soon/ }).click();
    await page.getByRole('status').filter({ hasText: 'unknown bucket' }).waitFor();
    await picture('panel-wrong-query-dark');
  });

  test('says what Dataverse refuses, and what to do', async () => {
    await open('panel', 'light');
    await answered();
    await page.request.post(`${url}/harness/faults/read_privilege`);
    await choose('Window', /^Today/);
    await answered('Error');
    assert.match(await page.getByRole('status').textContent(), /privilege|Read/);
    await picture('panel-refused-light');
  });
});

describe('elsewhere', () => {
  test('a variable lists bots by their names', async () => {
    await open('variable');
    await choose(/^Dimension/, /^Bot/);
    await page.getByRole('button', { name: 'Run query' }).click();
    const values = page.getByLabel('Preview of values').getByRole('listitem');
    await values.first().waitFor();
    assert.match(await values.first().getAttribute('title'), /^[0-9a-f-]{36}$/);
    assert.doesNotMatch(await values.first().textContent(), /^[0-9a-f-]{36}$/);
    await picture('variable-dark');
    assert.deepEqual(await barriers(), []);
  });

  test('the help begins a query', async () => {
    await open('help', 'light');
    await page.getByRole('button', { name: 'Deflected by channel' }).click();
    assert.deepEqual(JSON.parse(await page.getByLabel('Query').textContent()), {
      refId: 'A',
      version: 1,
      metrics: ['deflected'],
      groupBy: ['channel'],
    });
    await picture('help-light');
    assert.deepEqual(await barriers(), []);
  });

  test('settings from a file can only be looked at', async () => {
    const address = `${url}/api/datasources/uid/tally`;
    const settings = await (await page.request.get(address)).json();
    await page.request.put(address, { data: { ...settings, readOnly: true } });
    await open('config');
    await page.getByText('These settings come from a provisioning file').waitFor();
    assert.equal(await page.locator('input:enabled, textarea:enabled').count(), 0);
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByText(/Dataverse answered/).waitFor();
    await picture('config-read-only-dark');
  });

  test('nothing was thrown', () => {
    assert.deepEqual(faults, []);
  });
});
