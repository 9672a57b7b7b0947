import { readdirSync, readFileSync } from 'fs';
import path from 'path';

/** What Grafana's reviewers refuse in the code of a plugin, and what this project does not want in it. */
const refused: Record<string, RegExp> = {
  'writing to the console': /\bconsole\./,
  'reading or setting the address of the page': /window\.location|document\.location/,
  'opening windows': /window\.open/,
  'native dialogs': /\b(alert|confirm|prompt)\(/,
  'style sheets': /import .*\.s?css['"]/,
  'classes of old forms': /gf-form/,
  'silenced types': /@ts-ignore|@ts-nocheck|\bas any\b|: any\b/,
  'a health check of its own': /testDatasource/,
  'queries past the data source': /\/api\/ds\/query/,
  'HTML as text': /dangerouslySetInnerHTML/,
  'values of a package that is not shared': /import (?!type\b)[^;]*from '@grafana\/schema'/,
  'what only React 19 has': /\buse\(|useActionState|useFormStatus|useOptimistic|\bactivity\b/i,
};

// The plugin's id is said in plugin.json alone.
refused['id of the plugin'] = new RegExp(JSON.parse(readFileSync(path.join(__dirname, 'plugin.json'), 'utf8')).id);

const MOST_LINES = 250;

const sources = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|^testing\//.test(name))
  .map((name) => ({ name, text: readFileSync(path.join(__dirname, name), 'utf8') }));

describe('the source', () => {
  it('is there', () => {
    expect(sources.length).toBeGreaterThan(20);
  });

  it.each(Object.entries(refused))('has no %s', (_, pattern) => {
    expect(sources.filter(({ text }) => pattern.test(text)).map(({ name }) => name)).toEqual([]);
  });

  it('is in files that can be seen whole', () => {
    const long = sources.filter(({ text }) => text.split('\n').length > MOST_LINES);
    expect(long.map(({ name }) => name)).toEqual([]);
  });

  it('has the list to choose from in one place, which knows how Grafana 12 calls back', () => {
    expect(sources.filter(({ text }) => /<Combobox\s/.test(text)).map(({ name }) => name)).toEqual([
      'components/Choice.tsx',
    ]);
  });

  // An import of a type counts too: who reads a file should need only what lies below it.
  it('is imported one way, without circles', () => {
    const file = (name: string) => ['.ts', '.tsx'].map((end) => name + end).find((one) => names.has(one));
    const names = new Set(sources.map(({ name }) => name));
    const imports = new Map(
      sources.map(({ name, text }) => [
        name,
        [...text.matchAll(/\bfrom '(\.[^']*(?<!\.json))'/g)].map(
          ([, to]) => file(path.join(path.dirname(name), to)) ?? `no ${to}`
        ),
      ])
    );
    const circle = (name: string, way: string[]): string[] | undefined =>
      way.includes(name)
        ? [...way.slice(way.indexOf(name)), name]
        : imports
            .get(name)
            ?.reduce<string[] | undefined>((found, to) => found ?? circle(to, [...way, name]), undefined);
    expect(imports.get('datasource.ts')).toContain('source.ts');
    expect([...imports.values()].flat().filter((to) => !names.has(to))).toEqual([]);
    expect(circle('module.ts', [])).toBeUndefined();
  });

  it('names no metric, dimension or definition: those come from the catalogue', () => {
    const data = path.join(__dirname, '../pkg/catalog/data');
    const ids = ['metrics', 'dimensions', 'definitions'].flatMap((file) =>
      [...readFileSync(path.join(data, `${file}.yaml`), 'utf8').matchAll(/^ {2}- id: (\S+)$/gm)].map(([, id]) => id)
    );
    expect(ids).toContain('total');
    const named = sources.flatMap(({ name, text }) =>
      ids.filter((id) => new RegExp(`['"\`]${id}['"\`]`).test(text)).map((id) => `${name}: ${id}`)
    );
    expect(named).toEqual([]);
  });
});
