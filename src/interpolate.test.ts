import { interpolate } from './interpolate';
import { templates } from './testing/templates';
import type { Filter } from './types';

const variables = templates({
  one: { value: 'a' },
  several: { value: ['a', 'b'] },
  all: { value: ['a', 'b', 'c'], all: true },
  none: { value: [] },
  empty: { value: '' },
  zone: { value: 'browser' },
  quoted: { value: `O'Neil "x"` },
});

describe('interpolate', () => {
  it('replaces a variable in every field', () => {
    const query = {
      refId: 'A',
      metrics: ['$one'],
      view: '$one',
      definition: '${one}',
      window: '$one',
      bucket: '$one',
      format: '$one',
      compare: '$one',
      dimension: '$one',
      search: '$one',
      annotation: '$one',
      timeZone: '$one',
      groupBy: ['$one'],
      rules: { echo: '$one' },
      filters: [{ dimension: '$one', operator: '$one', values: ['$one'] }],
    };
    const text = JSON.stringify(interpolate(query, variables));
    expect(text).not.toContain('$');
    expect(text.match(/"a"/g)).toHaveLength(16);
  });

  it('leaves a query without variables as it is, and does not change the one it was given', () => {
    const query = { refId: 'A', metrics: ['calls'], filters: [{ dimension: 'line', operator: 'empty' }] };
    const before = JSON.parse(JSON.stringify(query));
    expect(interpolate(query, variables)).toEqual(before);
    expect(query).toEqual(before);
  });

  it.each<[string, string[], string[] | undefined]>([
    ['one value', ['$one'], ['a']],
    ['several values', ['$several'], ['a', 'b']],
    ['each value once', ['$several', 'b', '$one'], ['a', 'b']],
    ['values beside text', ['x', '$several'], ['x', 'a', 'b']],
    ['quotes', ['$quoted'], [`O'Neil "x"`]],
    ['a part of a text', ['x-$one'], ['x-a']],
    ['an unknown variable, for the back end to refuse', ['$unknown'], ['$unknown']],
    ['no value, for the back end to refuse', ['$none'], []],
    ['an empty value, for the back end to refuse', ['$empty'], []],
    ['All: no filter', ['$all'], undefined],
    ['All among others: no filter', ['x', '$all'], undefined],
    ['All as it is saved: no filter', ['x', '$__all'], undefined],
  ])('turns the values of a filter into a list: %s', (_, values, expected) => {
    const filter: Filter = { dimension: 'room', operator: 'in', values };
    const { filters } = interpolate({ filters: [filter] }, variables);
    expect(filters).toEqual(expected ? [{ ...filter, values: expected }] : []);
  });

  it('keeps a filter that needs no values', () => {
    const filters = [{ dimension: 'room', operator: 'not_empty' }];
    expect(interpolate({ filters }, variables).filters).toEqual(filters);
  });

  it('lists all metrics and dimensions of a variable that is set to All', () => {
    expect(interpolate({ metrics: ['$all'], groupBy: ['$all'] }, variables)).toEqual({
      metrics: ['a', 'b', 'c'],
      groupBy: ['a', 'b', 'c'],
    });
  });

  it('takes the value of a repeated panel before that of the dashboard', () => {
    const scope = { all: { value: 'b', text: 'B' } };
    const filter = { dimension: 'room', operator: 'in', values: ['$all'] };
    expect(interpolate({ filters: [filter] }, variables, scope).filters).toEqual([{ ...filter, values: ['b'] }]);
  });

  it('searches for what is typed into the list of a variable, and for all before that', () => {
    const scope = { __searchFilter: { value: 'hal', text: '' } };
    expect(interpolate({ search: '$__searchFilter' }, variables, scope)).toEqual({ search: 'hal' });
    expect(interpolate({ search: '$__searchFilter' }, variables)).toEqual({});
  });

  it('names the zone that a variable leaves to the browser', () => {
    expect(interpolate({ timeZone: '$zone' }, variables).timeZone).toBe('UTC');
  });
});
