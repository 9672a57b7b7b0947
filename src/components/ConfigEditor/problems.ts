import type { DataSourceSettings } from '@grafana/data';

import type { TallyOptions, TallySecrets } from '../../types';
import { isTimeZone } from '../../zone';
import { isAddress } from './environment';

export type Settings = DataSourceSettings<TallyOptions, TallySecrets>;

/** The fields of the form that can be wrong. */
export type FieldName =
  | 'environment'
  | 'authType'
  | 'tenantId'
  | 'clientId'
  | 'azureClientSecret'
  | 'accessToken'
  | 'timeZone'
  | 'queryTimeout'
  | 'tlsCACert'
  | 'authority';

/**
 * What can be said about the form without asking the back end: what is missing or cannot be read at all. Whether the
 * rest is right is for "Save & test" to say.
 */
export function problems({ jsonData, secureJsonData, secureJsonFields }: Settings): Partial<Record<FieldName, string>> {
  const { authType, tenantId, clientId } = jsonData.azureCredentials ?? {};
  const secret = (name: keyof TallySecrets) => Boolean(secureJsonFields?.[name] || secureJsonData?.[name]);
  const certificate = secureJsonData?.tlsCACert;
  const found: Partial<Record<FieldName, string | false | undefined>> = {
    environment:
      !isAddress(jsonData.environment ?? '') &&
      'Enter the address of your environment, such as https://contoso.crm4.dynamics.com',
    authType: !authType && 'Choose how to sign in',
    timeZone: jsonData.timeZone && !isTimeZone(jsonData.timeZone) && 'Enter an IANA name such as Europe/Berlin, or UTC',
    queryTimeout:
      jsonData.queryTimeout &&
      !/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(jsonData.queryTimeout) &&
      'Enter a number and its unit, such as 90s or 2m',
    tlsCACert:
      certificate &&
      !certificate.includes('-----BEGIN CERTIFICATE-----') &&
      'Paste the text from -----BEGIN CERTIFICATE----- on',
    authority:
      jsonData.authority && !jsonData.authority.startsWith('https://') && 'Enter an address that begins with https://',
  };
  if (authType === 'clientsecret') {
    found.tenantId = !tenantId && 'Copy it from the app registration’s overview';
    found.clientId = !clientId && 'Copy it from the app registration’s overview';
    found.azureClientSecret =
      !secret('azureClientSecret') && 'Enter the value of a secret of the app registration, not its id';
  }
  if (authType === 'accesstoken') {
    found.accessToken = !secret('accessToken') && 'Paste a token for the environment';
  }
  return Object.fromEntries(Object.entries(found).filter(([, text]) => text)) as Partial<Record<FieldName, string>>;
}
