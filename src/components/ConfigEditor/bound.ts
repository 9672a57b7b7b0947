import type { TallySecrets } from '../../types';
import { hostOf } from './environment';

/** The secrets that the back end takes together with the environment that they are for. */
const BOUND: Array<keyof TallySecrets> = ['azureClientSecret', 'azureClientCertificate'];

/**
 * A secret as it is stored: with the host that it was entered for, so that it is of no use to whoever changes the address
 * later. Where there is no address yet it is plain, until there is one.
 */
export function bind(name: keyof TallySecrets, secret: string, environment: string | undefined): string {
  const host = hostOf(environment);
  return secret && host && BOUND.includes(name) ? JSON.stringify({ environment: host, secret }) : secret;
}

/** The secret itself, as it was entered. */
export function unbind(stored: string | undefined): string {
  if (!stored?.startsWith('{')) {
    return stored ?? '';
  }
  try {
    const { environment, secret } = JSON.parse(stored);
    return typeof environment === 'string' && typeof secret === 'string' ? secret : stored;
  } catch {
    return stored;
  }
}

/** The secrets that have been entered but not saved, for another environment. */
export function rebind(secrets: TallySecrets | undefined, environment: string): TallySecrets {
  const entries = Object.entries(secrets ?? {}) as Array<[keyof TallySecrets, string]>;
  return Object.fromEntries(entries.map(([name, stored]) => [name, bind(name, unbind(stored), environment)]));
}
