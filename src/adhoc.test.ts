import { fromAdHoc } from './adhoc';

describe('an ad hoc filter', () => {
  it.each([
    ['=', 'a', undefined, 'in', ['a']],
    ['!=', 'a', undefined, 'not_in', ['a']],
    ['=|', 'a', ['a', 'b'], 'in', ['a', 'b']],
    ['!=|', 'a', ['a', 'b'], 'not_in', ['a', 'b']],
    ['=~', 'a.*', undefined, '=~', ['a.*']],
  ])('%s %s becomes a filter of the query', (operator, value, values, expected, list) => {
    expect(fromAdHoc([{ key: 'line', operator, value, values }])).toEqual([
      { dimension: 'line', operator: expected, values: list },
    ]);
  });

  it('is none where a default filter has been cleared', () => {
    expect(fromAdHoc([{ key: 'line', operator: '=~', value: '.*' }])).toEqual([]);
  });

  it('need not be there', () => {
    expect(fromAdHoc(undefined)).toEqual([]);
  });
});
