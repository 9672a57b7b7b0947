import { readFileSync } from 'fs';
import path from 'path';

import { MOST_CACHE_MIB, MOST_RUNNING, usual } from './usual';

/** What stands behind a name among the constants of the back end. */
function constant(file: string, name: string): string {
  const text = readFileSync(path.join(__dirname, '../../../pkg', file), 'utf8');
  const [, value] = new RegExp(`^(?:const |\\t)${name}\\s+= (.*?)(?: *//.*)?$`, 'm').exec(text) ?? [];
  return value ?? `no ${name} in ${file}`;
}

const units: Record<string, string> = { s: 'Second', m: 'Minute', h: 'Hour' };

/** A duration as Go writes it. */
const duration = (text: string) => text.replace(/^(\d+)([smh])$/, (_, n, unit) => `${n} * time.${units[unit]}`);

describe('what holds where a setting is empty, and its bounds', () => {
  it.each([
    ['plugin/settings.go', 'DefaultRealTimeWindow', `"${usual.realTimeWindow}"`],
    ['plugin/settings.go', 'DefaultStaleFor', duration(usual.staleFor)],
    ['plugin/settings.go', 'MaxCacheMiB', String(MOST_CACHE_MIB)],
    ['dataverse/config.go', 'DefaultQueryTimeout', duration(usual.queryTimeout)],
    ['dataverse/budget/options.go', 'PluginShare', usual.maxRunning],
    ['dataverse/budget/options.go', 'Shares', String(MOST_RUNNING)],
    ['tally/service.go', 'DefaultCacheBytes', `${usual.cacheMiB} << 20`],
  ])('are the back end’s: %s %s', (file, name, expected) => {
    expect(constant(file, name)).toBe(expected);
  });
});
