import { readFileSync } from 'fs';
import path from 'path';

import { migrate } from './migrate';
import { asType, describeType, MOST_ROWS, panelTypes, takes, typeOf, type Field } from './queryTypes';
import { comparisons, formats, marks, views } from './components/words';
import type { QueryType, TallyQuery } from './types';

const go = (file: string) => readFileSync(path.join(__dirname, '../pkg', file), 'utf8');

const everything: Required<Pick<TallyQuery, Field>> = {
  metrics: ['calls'],
  view: 'realtime',
  definition: 'old',
  rules: { echo: 'drop' },
  window: 'today',
  bucket: 'day',
  timeZone: 'UTC',
  groupBy: ['line'],
  filters: [{ dimension: 'line', operator: 'not_empty' }],
  format: 'table',
  compare: 'usual',
  stream: true,
  limit: 3,
  dimension: 'room',
  search: 'a',
  annotation: 'bot_outages',
  threshold: 0.4,
};

const types: QueryType[] = [...panelTypes, 'annotations', 'values'];

describe('the type of a query', () => {
  it('is counts where it names none, or one that is not known', () => {
    expect(typeOf({})).toBe('counts');
    expect(typeOf({ queryType: 'breakdown' })).toBe('breakdown');
    expect(typeOf({ queryType: 'toString' })).toBe('counts');
  });

  it.each(types)('%s leaves out what it has no use for, and nothing is lost', (type) => {
    const { query, unused } = asType({ refId: 'A', hide: true, ...everything }, type);
    const { refId, queryType, hide, ...own } = query;
    expect([refId, queryType, hide]).toEqual(['A', type, true]);
    expect(Object.keys(own).sort()).toEqual(Object.keys(everything).sort());
    for (const field of Object.keys(unused) as Field[]) {
      expect([field, takes(query, field), query[field]]).toEqual([field, false, undefined]);
    }
    expect({ ...own, ...unused }).toEqual(everything);
  });

  it('is described', () => {
    expect(types.map((type) => describeType(type).title)).not.toContain('');
  });
});

describe('the words of the back end', () => {
  const constants = (type: string) =>
    [...go('query/type.go').matchAll(new RegExp(`^\\s+\\w+\\s+${type}\\s+= "(\\w+)"`, 'gm'))].map(([, word]) => word);

  it.each([
    ['Type', types],
    ['Format', formats.map(({ value }) => value)],
    ['Comparison', comparisons.map(({ value }) => value)],
    ['Annotation', marks.map(({ value }) => value)],
  ])('are those of its %s', (type, words) => {
    expect(constants(type).length).toBeGreaterThan(1);
    expect([...words].sort()).toEqual(constants(type).sort());
  });

  it('are those of its views', () => {
    const known = [...go('catalog/catalog.go').matchAll(/^\s+\w+\s+View\s+= "(\w+)"/gm)].map(([, word]) => word);
    expect(views.map(({ value }) => value).sort()).toEqual(known.sort());
  });

  it('are those of its version and fields', () => {
    const source = go('query/query.go');
    const [, fields] = /^type Query struct \{\n([^]*?)^\}/m.exec(source)!;
    const names = [...fields.matchAll(/`json:"(\w+)/g)].map(([, name]) => name);
    expect(names.sort()).toEqual(['version', 'queryType', ...Object.keys(everything)].sort());
    expect(migrate({ refId: 'A' }).version).toBe(Number(/^const Version = (\d+)/m.exec(source)![1]));
  });

  it('bound what a query can be limited to', () => {
    expect(MOST_ROWS).toBe(Number(/^\tMaxPoints\s+= (\d+)/m.exec(go('query/query.go'))![1]));
  });

  it('say of each field which types it goes with', () => {
    const placed = [...go('query/type.go').matchAll(/^\t\{"(\w+)", .*\[\]Type\{([\w, ]+)\}\},$/gm)];
    const names: Record<string, QueryType> = { Comparisons: 'comparison' };
    expect(placed.length).toBeGreaterThan(8);
    for (const [, field, list] of placed) {
      const goesWith = list.split(', ').map((name) => names[name] ?? name.toLowerCase());
      expect([field, types.filter((type) => takes({ queryType: type }, field as Field)).sort()]).toEqual([
        field,
        goesWith.sort(),
      ]);
    }
  });
});
