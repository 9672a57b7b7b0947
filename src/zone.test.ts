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
