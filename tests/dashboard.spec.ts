import { expect, test } from '@grafana/plugin-e2e';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { provisioned, type Options, type Secrets } from './provisioned';

test('a variable lists bots by their names', async ({ readProvisionedDataSource, variableEditPage, page }) => {
  const { name } = await readProvisionedDataSource<Options, Secrets>(provisioned);
  await variableEditPage.setVariableType('Query');
  await variableEditPage.datasource.set(name);
  await page.getByRole('combobox', { name: 'Dimension' }).click();
  await page.getByRole('option', { name: /^Bot/ }).click();
  await variableEditPage.runQuery();
  await expect(variableEditPage).toDisplayPreviews([/[a-z]/i]);
});

test('an annotation marks spikes', async ({ readProvisionedDataSource, annotationEditPage, page }) => {
  const { name } = await readProvisionedDataSource<Options, Secrets>(provisioned);
  await annotationEditPage.datasource.set(name);
  await page.getByLabel('Threshold').fill('0.01');
  await page.keyboard.press('Enter');
  await expect(annotationEditPage.runQuery()).toBeOK();
});

for (const file of ['bot-historical.json', 'bot-realtime.json']) {
  test(`the dashboard ${file} has no error`, async ({ gotoDashboardPage, page }) => {
    const { uid } = JSON.parse(readFileSync(path.join(__dirname, '../dashboards', file), 'utf8')) as { uid: string };
    const dashboard = await gotoDashboardPage({ uid });
    await dashboard.waitForPanelsQueriesToComplete();
    await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
  });
}
