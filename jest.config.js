// Dates and series of the tests are in UTC, whatever the machine's own zone.
process.env.TZ = 'UTC';

const base = require('./.config/jest.config');
const { grafanaESModules, nodeModulesToTransform } = require('./.config/jest/utils');

const [swc] = Object.values(base.transform);

module.exports = {
  ...base,
  testTimeout: 60_000,
  // create-plugin's own stand-in for icons can neither be clicked nor read out.
  moduleNameMapper: { ...base.moduleNameMapper, 'react-inlinesvg': '<rootDir>/src/testing/InlineSVG.tsx' },
  // React 19's set of @grafana/ui brings modules that create-plugin's list does not have yet.
  transform: { '^.+\\.(t|j)sx?$': swc, '^.+\\.mjs$': swc },
  transformIgnorePatterns: [nodeModulesToTransform([...grafanaESModules, '@react-hookz/web', '@ver0'])],
};
