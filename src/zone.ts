import { getTimeZones } from '@grafana/data';

/** The IANA name of a time zone as Grafana writes it: a name, utc, browser, or nothing for the person's default. */
export function resolveZone(timeZone: string | undefined): string {
  switch (timeZone?.toLowerCase()) {
    case undefined:
    case '':
    case 'browser':
      return Intl.DateTimeFormat().resolvedOptions().timeZone;
    case 'utc':
      return 'UTC';
    default:
      return timeZone!;
  }
}

/** The time zones to choose from, under all of their names. */
export function timeZones(): string[] {
  return ['UTC', ...getTimeZones().filter((name) => name !== 'UTC')];
}

/** Whether the browser knows a zone by this name. The back end knows more, so this only warns. */
export function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat(undefined, { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
