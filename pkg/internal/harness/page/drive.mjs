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

/** Draws the panel as something else. */
async function draw(kind) {
  await page.getByRole('radio', { name: kind, exact: true }).click();
  await answered();
}

/** Asks for another type of query. */
async function ask(type) {
  await page.getByRole('radio', { name: type, exact: true }).click();
  await answered();
}

/** The numbers of the first column that has some, as the plugin sent them. */
async function numbers() {
  return JSON.parse(await page.getByLabel('Numbers').textContent());
}

async function saved() {
  return JSON.parse(await page.getByLabel('Saved query').textContent());
}

/** Waits for the answer to what was asked last: what is shown meanwhile may answer what was asked before. */
async function answered(state = 'Done') {
  await page.waitForFunction(
    (text) => window.isAnswered?.() && document.querySelector('p[role=status]').textContent.includes(text),
    state
  );
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
    await open('config', 'light');
    await page.getByRole('radio', { name: 'Fabric' }).click();
    await choose(/^Authentication/, /client secret/);
    await page.getByRole('button', { name: 'Advanced' }).click();
    for (const label of fields) {
      const literally = label.replace(/[()]/g, '\\$&');
      assert.equal(
        await page
          .getByLabel(new RegExp(`^${literally}`))
          .first()
          .isVisible(),
        true,
        label
      );
    }
    await picture('config-fabric-light');
    assert.deepEqual(await barriers(), []);
  });

  test('take a certificate from a file', async () => {
    await open('config');
    await choose(/^Authentication/, /client certificate/);
    const buffer = Buffer.from('-----BEGIN CERTIFICATE-----');
    await page.locator('input[type=file]').setInputFiles({ name: 'app.pem', mimeType: 'text/plain', buffer });
    await page.waitForFunction(
      () => document.querySelector('#tally-client-certificate').value === '-----BEGIN CERTIFICATE-----'
    );
    await picture('config-certificate-dark');
    assert.deepEqual(await barriers(), []);
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
    assert.deepEqual(await saved(), { refId: 'A', version: 2, bucket: 'auto' });
    await picture('panel-new-dark');
    assert.deepEqual(await barriers(), []);
  });

  test('shows one number at once', async () => {
    await open('panel', 'light');
    await answered();
    await draw('Stat');
    assert.match(await page.locator('main').textContent(), /Bot conversations\d/);
    await picture('panel-new-stat-light');
  });

  test('is grouped by bot and drawn by the hour', async () => {
    await open('panel');
    await answered();
    await choose('Metrics', /^Escalated/);
    await page.keyboard.press('Escape');
    await choose('Group by', /^Bot/);
    await page.keyboard.press('Escape');
    await choose('Bucket', /^Hour/);
    await answered();
    const query = await saved();
    assert.deepEqual(query, {
      refId: 'A',
      version: 2,
      queryType: 'counts',
      bucket: 'hour',
      metrics: ['escalated'],
      groupBy: ['bot'],
    });
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
    await choose('Bucket', /^None/);
    await draw('Table');
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
    await draw('Stat');
    await choose('View', /^Real time/);
    await choose('Window', /^Time range/);
    await page.getByRole('button', { name: 'Options' }).click();
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

  test('breaks the numbers down by bot, the largest first', async () => {
    await open('panel', 'light');
    await draw('Table');
    await ask('Breakdown');
    await choose('Group by', /^Bot/);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Remove Channel' }).click();
    await answered();
    assert.deepEqual((await saved()).groupBy, ['bot']);
    await page.getByRole('row').nth(3).waitFor();
    const all = await numbers();
    assert.deepEqual(
      all,
      [...all].sort((a, b) => b - a)
    );
    await field('Limit').fill('2');
    await field('Limit').press('Enter');
    await answered();
    await page
      .getByLabel('Notices')
      .getByText(/limit is 2/)
      .waitFor();
    assert.deepEqual(await numbers(), all.slice(0, 2));
    await picture('panel-breakdown-light');
    assert.deepEqual(await barriers(), []);
  });

  test('compares with the day before', async () => {
    await open('panel');
    await draw('Stat');
    await ask('Comparison');
    await choose('Compare with', /^Day before/);
    await answered();
    const { queryType, compare } = await saved();
    assert.deepEqual({ queryType, compare }, { queryType: 'comparison', compare: 'previous_day' });
    assert.match(await page.locator('main').textContent(), /%/);
    await picture('panel-comparison-dark');
    await draw('Time series');
    await page.locator('canvas').first().waitFor();
    assert.ok((await page.getByTestId(/data-testid VizLegend series/).count()) > 1, 'a series for each time');
    await picture('panel-comparison-series-dark');
  });

  test('explains its total, for one queue', async () => {
    await open('panel');
    await draw('Table');
    await page.getByRole('button', { name: 'Add filter' }).click();
    await choose('Filter 1: dimension', /^Queue(?! escalated)/);
    await page.getByRole('combobox', { name: 'Filter 1: values' }).click();
    await page
      .getByRole('option', { name: /conversations/ })
      .first()
      .click();
    await page.keyboard.press('Escape');
    await ask('Explain');
    await page.getByText('Bot conversations').first().waitFor();
    const text = await page.locator('main').textContent();
    assert.match(text, /Conversations with a bot session/);
    assert.match(text, /2025-02[^]*2026-03|2026-03[^]*2025-02/);
    assert.equal((await saved()).filters.length, 1);
    await picture('panel-explain-dark');
  });

  test('says how the data source does', async () => {
    await open('panel', 'light');
    await draw('Table');
    await ask('Status');
    await page.getByText('ok', { exact: true }).waitFor();
    await picture('panel-status-light');
  });

  test('keeps what was filled in while its type changes', async () => {
    await open('panel');
    await answered();
    await choose('Group by', /^Bot/);
    await page.keyboard.press('Escape');
    await ask('Status');
    assert.equal((await saved()).groupBy, undefined);
    await ask('Counts');
    assert.deepEqual((await saved()).groupBy, ['bot']);
  });

  test('is pushed new numbers, and leaves its channel', async () => {
    await open('panel');
    await draw('Stat');
    await choose('Window', /^Today/);
    await answered();
    await page.getByText('Stream', { exact: true }).locator('xpath=following::label[1]').click();
    await answered('Streaming');
    const [before] = await numbers();
    assert.ok(before >= 0);
    await picture('panel-stream-before-dark');
    const began = Date.now();
    while (!((await numbers())[0] > before)) {
      assert.ok(Date.now() - began < 90_000, 'new numbers come');
      const come = await page.request.post(`${url}/harness/conversations`);
      assert.equal(await come.text(), '');
      await page.waitForTimeout(500);
    }
    await picture('panel-stream-after-dark');

    await page.request.post(`${url}/harness/faults/read_privilege`);
    await page
      .getByLabel('Notices')
      .getByText(/These are the numbers of/)
      .waitFor({ timeout: 60_000 });
    assert.ok((await numbers())[0] > before, 'the last numbers stay');
    await picture('panel-stream-outage-dark');

    const channels = async () => (await page.request.get(`${url}/harness/live`)).json();
    assert.equal((await channels()).length, 1);
    await page.goto('about:blank');
    for (let i = 0; (await channels()).length > 0; i++) {
      assert.ok(i < 100, 'the channel ends with its last viewer');
    }
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
    await page.getByRole('combobox', { name: 'Bucket', exact: true }).fill('soon');
    await page.getByRole('option', { name: /^soon/ }).click();
    await page.getByRole('status').filter({ hasText: 'unknown bucket' }).waitFor();
    await page.locator('#editor').getByRole('alert').filter({ hasText: 'unknown bucket' }).waitFor();
    await picture('panel-wrong-query-dark');
  });

  test('says what Dataverse refuses, and what to do', async () => {
    await open('panel', 'light');
    await answered();
    await page.request.post(`${url}/harness/faults/read_privilege`);
    await choose('Group by', /^Queue(?! escalated)/); // which no kept answer holds, at no time of day
    await answered('Error');
    assert.match(await page.getByRole('status').textContent(), /privilege|Read/);
    await picture('panel-refused-light');
  });
});

describe('annotations', () => {
  test('mark spikes, and outages', async () => {
    await open('annotation', 'light');
    await answered();
    await field('Threshold').fill('0.05');
    await field('Threshold').press('Enter');
    await choose('Bucket', /^Hour/);
    await answered();
    assert.match(await page.getByRole('status').textContent(), /[1-9]\d* marks/);
    const query = await saved();
    assert.deepEqual(query, { refId: 'Anno', version: 2, queryType: 'annotations', threshold: 0.05, bucket: 'hour' });
    await picture('annotation-spikes-light');
    assert.deepEqual(await barriers(), []);

    await choose('Annotation', /^Bot outages/);
    await answered();
    assert.equal((await saved()).threshold, undefined);
    await picture('annotation-outages-light');
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
      version: 2,
      queryType: 'counts',
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
