import { fromAdHoc } from './adhoc';
import { failure } from './failure';
import { Remembered } from './remembered';
import { isTimeZone, resolveZone, timeZones } from './zone';

describe('a time zone', () => {
  it.each([
    [undefined, 'UTC'], // the zone of these tests
    ['', 'UTC'],
    ['browser', 'UTC'],
    ['utc', 'UTC'],
    ['Europe/Berlin', 'Europe/Berlin'],
  ])('%s is %s to the back end', (written, name) => {
    expect(resolveZone(written)).toBe(name);
  });

  it('can be chosen, UTC first and once', () => {
    expect(timeZones()[0]).toBe('UTC');
    expect(timeZones()).toContain('Europe/Berlin');
    expect(new Set(timeZones()).size).toBe(timeZones().length);
  });

  it('is known or not', () => {
    expect(isTimeZone('America/New_York')).toBe(true);
    expect(isTimeZone('Moon/Crater')).toBe(false);
  });
});

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

  it('need not be there', () => {
    expect(fromAdHoc(undefined)).toEqual([]);
  });
});

describe('a failure', () => {
  it.each([
    [{ data: { message: 'slow down' }, message: 'x' }, 'slow down'],
    [new Error('no network'), 'no network'],
    [{ statusText: 'Bad Gateway' }, 'Bad Gateway'],
    ['invalid channel', 'invalid channel'],
    ['', 'The plugin does not answer.'],
    [undefined, 'The plugin does not answer.'],
  ])('is told in a sentence', (error, sentence) => {
    expect(failure(error)).toBe(sentence);
  });
});

describe('an answer', () => {
  it('is asked for once a minute', async () => {
    let now = 0;
    const ask = jest.fn(async () => now);
    const remembered = new Remembered<number>(() => now);
    expect(await remembered.get('a', ask)).toBe(0);
    now = 59_999;
    expect(await remembered.get('a', ask)).toBe(0);
    now = 60_000;
    expect(await remembered.get('a', ask)).toBe(60_000);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('is not kept when it is a failure', async () => {
    const remembered = new Remembered<string>();
    await expect(remembered.get('a', () => Promise.reject(new Error('once')))).rejects.toThrow('once');
    expect(await remembered.get('a', async () => 'now')).toBe('now');
  });
});
