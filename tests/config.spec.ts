import { expect, test } from '@grafana/plugin-e2e';
import type { Page } from '@playwright/test';

import { provisioned, type Options, type Secrets } from './provisioned';

const type = 'tally-dataverse-datasource';

/** The field, and not the alert that starts with its name. */
const environment = (page: Page) => page.getByRole('textbox', { name: 'Environment URL' });

test('a provisioned data source works', async ({ readProvisionedDataSource, gotoDataSourceConfigPage }) => {
  const { uid } = await readProvisionedDataSource<Options, Secrets>(provisioned);
  const page = await gotoDataSourceConfigPage(uid!);
  await expect(page.saveAndTest()).toBeOK();
  await expect(page).toHaveAlert('success', { hasText: /Dataverse answered/ });
});

test('settings that lack something name it', async ({ createDataSourceConfigPage, page }) => {
  const settings = await createDataSourceConfigPage({ type });
  await expect(settings.saveAndTest()).not.toBeOK();
  await expect(settings).toHaveAlert('error', { hasText: 'Environment URL' });
  await environment(page).focus();
  await page.keyboard.press('Tab');
  await expect(page.getByText(/Enter the address, such as/)).toBeVisible();
});

test('another way to sign in can be chosen', async ({ createDataSourceConfigPage, page }) => {
  await createDataSourceConfigPage({ type });
  const authentication = page.getByRole('combobox', { name: 'Authentication' });
  for (const [option, field] of [
    [/client secret/, 'tally-azureClientSecret'],
    [/client certificate/, 'tally-client-certificate'],
    [/Access token/, 'tally-accessToken'],
    [/client secret/, 'tally-azureClientSecret'],
  ] as const) {
    await authentication.click();
    await page.getByRole('option', { name: option }).click();
    await expect(page.locator(`#${field}`)).toBeVisible();
  }
  await page.getByRole('combobox', { name: 'Definition' }).click();
  await page.getByRole('option').last().click();
  await expect(page.getByRole('combobox', { name: 'Definition' })).not.toHaveValue('');
});

test('another address asks for the secret again', async ({ createDataSourceConfigPage, page }) => {
  const settings = await createDataSourceConfigPage({ type });
  await environment(page).fill('contoso.crm4.dynamics.com');
  await page.getByRole('combobox', { name: 'Authentication' }).click();
  await page.getByRole('option', { name: /client secret/ }).click();
  await page.getByLabel('Client secret').fill('a secret');
  await settings.saveAndTest(); // which says that nobody can sign in with it
  await expect(page.getByLabel('Client secret')).toHaveValue('configured');

  await environment(page).fill('fabrikam.crm4.dynamics.com');
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Client secret')).toHaveValue('');
});
