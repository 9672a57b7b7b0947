import type { DataSourceSettings } from '@grafana/data';

import type { TallyOptions, TallySecrets } from '../../types';
import { isTimeZone } from '../../zone';
import { isAddress } from './environment';
import { profileOf } from './profiles';
import { MOST_CACHE_MIB, MOST_RUNNING } from './usual';

export type Settings = DataSourceSettings<TallyOptions, TallySecrets>;

/** The fields of the form, by the keys under which they are stored. */
export type FieldName =
  | Exclude<keyof TallyOptions, 'azureCredentials' | 'enableSecureSocksProxy'>
  | 'authType'
  | 'tenantId'
  | 'clientId'
  | keyof TallySecrets;

const DURATION = /^(0|(\d+(\.\d+)?(ms|s|m|h|d|w))+)$/;
const LCID = { least: 1025, most: 0xffff };
const HOST = /^[a-z0-9*]([a-z0-9.-]*[a-z0-9])?$/i;

/**
 * What can be said about the form without asking the back end: what is missing or cannot be read at all. Whether the
 * rest is right is for "Save & test" to say.
 */
export function problems({ jsonData, secureJsonData, secureJsonFields }: Settings): Partial<Record<FieldName, string>> {
  const { authType, tenantId, clientId } = jsonData.azureCredentials ?? {};
  const { queryTimeout, longestRange, staleFor, maxRunning, cacheMiB, labelLanguage, hostNameInCertificate } = jsonData;
  const missing = (name: keyof TallySecrets) => !secureJsonFields?.[name] && !secureJsonData?.[name];
  const profile = profileOf(jsonData);
  const isApp = authType === 'clientsecret' || authType === 'clientcertificate';
  const found: Partial<Record<FieldName, unknown>> = {
    environment: !isAddress(jsonData.environment ?? '') && `Enter the address, such as ${profile.placeholder}`,
    database: profile.isCopy && !jsonData.database && 'Enter the name of the database',
    authType: !authType && 'Choose how to sign in',
    tenantId: isApp && !tenantId && 'Copy it from the app registration’s overview',
    clientId: isApp && !clientId && 'Copy it from the app registration’s overview',
    azureClientSecret:
      authType === 'clientsecret' &&
      missing('azureClientSecret') &&
      'Enter the value of a secret of the app registration, not its id',
    azureClientCertificate:
      authType === 'clientcertificate' &&
      missing('azureClientCertificate') &&
      'Enter the certificate with its private key',
    accessToken: authType === 'accesstoken' && missing('accessToken') && 'Paste a token for the environment',
    timeZone: isWrong(jsonData.timeZone, isTimeZone) && 'Enter an IANA name such as Europe/Berlin, or UTC',
    labelLanguage:
      isWrong(labelLanguage, (id) => Number.isInteger(id) && id >= LCID.least && id <= LCID.most) &&
      'Enter the number of a language, such as 1031 for German',
    queryTimeout:
      isWrong(queryTimeout, (text) => DURATION.test(text)) && 'Enter a number and its unit, such as 90s or 2m',
    longestRange:
      isWrong(longestRange, (text) => DURATION.test(text)) && 'Enter a number and its unit, such as 400d or 36h',
    staleFor:
      isWrong(staleFor, (text) => DURATION.test(text)) && 'Enter a number and its unit, such as 1h, or 0s for none',
    maxRunning:
      isWrong(maxRunning, (n) => Number.isInteger(n) && n >= 1 && n <= MOST_RUNNING) &&
      `Enter a number from 1 to ${MOST_RUNNING}`,
    cacheMiB:
      isWrong(cacheMiB, (n) => n >= 0 && n <= MOST_CACHE_MIB) &&
      `Enter a number up to ${MOST_CACHE_MIB}, or 0 for no cache`,
    tlsCACert:
      isWrong(secureJsonData?.tlsCACert, (text) => text.includes('-----BEGIN CERTIFICATE-----')) &&
      'Paste the text from -----BEGIN CERTIFICATE----- on',
    hostNameInCertificate:
      isWrong(hostNameInCertificate, (text) => HOST.test(text)) && 'Enter a host name, without https:// and port',
    authority:
      isWrong(jsonData.authority, (text) => text.startsWith('https://')) &&
      'Enter an address that begins with https://',
  };
  return Object.fromEntries(Object.entries(found).filter(([, text]) => text)) as Partial<Record<FieldName, string>>;
}

/** Whether a value is there and does not fit. What is absent means its default. */
function isWrong<T extends string | number>(value: T | undefined, fits: (value: T) => boolean): boolean {
  return value !== undefined && value !== '' && !fits(value);
}
