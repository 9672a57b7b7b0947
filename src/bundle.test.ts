import { readFileSync } from 'fs';
import path from 'path';
import vm from 'vm';

import { backend, datasource } from './testing/datasource';

const MOST_BYTES = 150_000;

/** The modules that Grafana shares with its plugins. What is not among them has to be in the bundle. */
const shared: Record<string, unknown> = {
  module: { uri: 'public/plugins/tally-dataverse-datasource/module.js' },
  react: jest.requireActual('react'),
  'react/jsx-runtime': jest.requireActual('react/jsx-runtime'),
  rxjs: jest.requireActual('rxjs'),
  '@emotion/css': jest.requireActual('@emotion/css'),
  '@grafana/data': jest.requireActual('@grafana/data'),
  '@grafana/runtime': jest.requireActual('@grafana/runtime'),
  '@grafana/ui': jest.requireActual('@grafana/ui'),
};

function read(name: string): string {
  try {
    return readFileSync(path.join(__dirname, '../dist', name), 'utf8');
  } catch (cause) {
    throw new Error(`dist/${name} is not there: run "npm run build" first`, { cause });
  }
}

/** Loads the bundle as Grafana's module loader does. */
function load() {
  let exported: Record<string, unknown> = {};
  const define = (...args: unknown[]) => {
    const [needed, make] = args.slice(-2) as [string[], (...modules: unknown[]) => typeof exported];
    const missing = needed.filter((name) => !(name in shared));
    expect(missing).toEqual([]);
    exported = make(...needed.map((name) => shared[name]));
  };
  vm.runInThisContext(`(function (define) {${read('module.js')}\n})`)(define);
  return exported;
}

describe('the bundle', () => {
  it('is built from this source', () => {
    const { sources, sourcesContent } = JSON.parse(read('module.js.map')) as Record<string, string[]>;
    const own = sources.flatMap((name, i) => {
      const found = /^webpack:\/\/[^/]*\/\.\/(.*\.tsx?)$/.exec(name);
      return found ? [{ name: found[1], text: sourcesContent[i] }] : [];
    });
    expect(own.length).toBeGreaterThan(20);
    const stale = own.filter(({ name, text }) => readFileSync(path.join(__dirname, name), 'utf8') !== text);
    expect(stale.map(({ name }) => name)).toEqual([]);
  });

  it('is small, as the large libraries are Grafana’s own', () => {
    expect(Buffer.byteLength(read('module.js'))).toBeLessThan(MOST_BYTES);
  });

  it('brings a plugin with its editors, whose data source answers', async () => {
    backend();
    const { plugin } = load() as {
      plugin: { DataSourceClass: new (settings: object) => ReturnType<typeof datasource> };
    };
    expect(plugin).toHaveProperty('components.ConfigEditor');
    expect(plugin).toHaveProperty('components.QueryEditor');
    expect(plugin).toHaveProperty('components.QueryEditorHelp');
    const loaded = new plugin.DataSourceClass(datasource().datasourceInstanceSettings);
    expect((await loaded.getTagKeys())[0]).toEqual({ text: 'Line', value: 'line' });
    expect(loaded.variables).toHaveProperty('editor');
    expect(loaded.annotations).toHaveProperty('QueryEditor');
    expect(await loaded.getDefaultVariables()).toHaveLength(1);
  });

  it('has the version of package.json and a README without the words of developers', () => {
    const { version } = JSON.parse(readFileSync(path.join(__dirname, '../package.json'), 'utf8'));
    expect(JSON.parse(read('plugin.json')).info.version).toBe(version);
    expect(read('README.md')).not.toMatch(/\b(npm|mage|yarn|docker|webpack|golang|go tool|lint|git clone)\b|<!--/i);
  });
});
