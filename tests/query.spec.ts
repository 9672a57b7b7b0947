import { expect, test, type PanelEditPage } from '@grafana/plugin-e2e';
import type { Page } from '@playwright/test';

import { provisioned, type Options, type QueryBody, type Secrets } from './provisioned';

/** A new panel begins with the list of visualizations open, which setVisualization takes to be closed. */
async function draw(name: string, panelEditPage: PanelEditPage, page: Page) {
  const opener = page.getByTestId('data-testid toggle-viz-picker');
  await expect(opener).toBeVisible();
  if (await page.getByRole('tab', { name: 'All visualizations' }).isVisible()) {
    await opener.click();
  }
  await panelEditPage.setVisualization(name);
}

test.describe('a panel', () => {
  test.beforeEach(async ({ readProvisionedDataSource, panelEditPage }) => {
    const { name } = await readProvisionedDataSource<Options, Secrets>(provisioned);
    await panelEditPage.datasource.set(name);
  });

  test('shows a series at once', async ({ panelEditPage, page }) => {
    await draw('Time series', panelEditPage, page);
    await expect(panelEditPage.refreshPanel()).toBeOK();
    await expect(panelEditPage.panel.getErrorIcon()).not.toBeVisible();
  });

  test('shows one number in a stat', async ({ panelEditPage, page }) => {
    await draw('Stat', panelEditPage, page);
    const asked = panelEditPage.waitForQueryDataRequest(
      (request) => (request.postDataJSON() as QueryBody).queries[0].format === 'stat'
    );
    await expect(panelEditPage.refreshPanel()).toBeOK();
    await asked;
  });

  test('breaks numbers down by bot', async ({ panelEditPage, page }) => {
    await draw('Table', panelEditPage, page);
    await page.getByRole('radio', { name: 'Breakdown' }).check({ force: true });
    await page.getByRole('combobox', { name: 'Group by' }).click();
    const answer = panelEditPage.waitForQueryDataResponse();
    await page.getByRole('option', { name: /^Bot/ }).click();
    await answer;
    await expect(panelEditPage.panel.fieldNames).toContainText(['Bot']);
  });

  test('says what is wrong where it is wrong', async ({ panelEditPage, page }) => {
    await page.getByRole('combobox', { name: 'Bucket' }).fill('soon');
    const answer = panelEditPage.waitForQueryDataResponse((response) => response.status() === 400);
    await page.getByRole('option', { name: /^soon/ }).click();
    await answer;
    await expect(panelEditPage.panel.getErrorIcon()).toBeVisible();
    await expect(panelEditPage.getQueryEditorRow('A').getByRole('alert')).toContainText('unknown bucket');
  });

  test('is pushed new numbers', async ({ panelEditPage, page }) => {
    await draw('Stat', panelEditPage, page);
    const channel = page.waitForResponse((response) => response.url().endsWith('/resources/stream'));
    await page.getByRole('switch', { name: 'Stream' }).check({ force: true });
    expect((await channel).ok()).toBe(true);
    await expect(panelEditPage.panel.getErrorIcon()).not.toBeVisible();
  });
});

test('Explore takes one choice after the other', async ({ readProvisionedDataSource, explorePage, page }) => {
  const { name } = await readProvisionedDataSource<Options, Secrets>(provisioned);
  await explorePage.datasource.set(name);
  const list = page.getByRole('combobox', { name: 'Window' });
  for (const window of ['Today', 'Last 24 hours', 'Today']) {
    await list.click();
    await page
      .getByRole('option', { name: new RegExp(`^${window}`) })
      .first()
      .click();
    await expect(list).toHaveValue(window);
  }
});

test('Explore shows the SQL', async ({ readProvisionedDataSource, explorePage, page }) => {
  const { name } = await readProvisionedDataSource<Options, Secrets>(provisioned);
  await explorePage.datasource.set(name);
  const answer = page.waitForResponse((response) => response.url().includes('/api/ds/query'));
  await page.getByRole('button', { name: 'Run query' }).click();
  expect((await answer).ok()).toBe(true);
  await page.getByRole('button', { name: 'Show SQL' }).click();
  await expect(page.getByLabel('SQL of the query')).toContainText('msdyn_ocsession');
});

test('an alert rule counts', async ({ readProvisionedDataSource, alertRuleEditPage }) => {
  const { name } = await readProvisionedDataSource<Options, Secrets>(provisioned);
  const row = await alertRuleEditPage.getQueryRow();
  await row.datasource.set(name);
  await expect(alertRuleEditPage.evaluate()).toBeOK();
});
