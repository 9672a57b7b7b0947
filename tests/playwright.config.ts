import type { PluginOptions } from '@grafana/plugin-e2e';
import { defineConfig, devices } from '@playwright/test';
import path from 'node:path';

const state = path.join(__dirname, '../playwright/.auth/admin.json');
const browser = process.env.CHROMIUM_PATH;

/** Runs the specs beside this file against a Grafana server that is there: see README.md. */
export default defineConfig<PluginOptions>({
  testDir: __dirname,
  outputDir: '../playwright/results',
  fullyParallel: true,
  timeout: 120_000, // the editor of a panel is a lot to load where a server and browsers share a few cores
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  use: {
    baseURL: process.env.GRAFANA_URL ?? 'http://localhost:3000',
    provisioningRootDir: path.join(__dirname, '../provisioning'),
    trace: 'on-first-retry',
    launchOptions: browser ? { executablePath: browser } : {},
  },
  projects: [
    {
      name: 'sign in',
      testDir: path.join(__dirname, '../node_modules/@grafana/plugin-e2e/dist/auth'),
      testMatch: [/.*\.js/],
    },
    {
      name: 'chromium',
      use: { ...devices['Desktop Chrome'], storageState: state },
      dependencies: ['sign in'],
    },
  ],
});
