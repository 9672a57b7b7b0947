import type { Profile, TallyOptions } from '../../types';

interface ProfileText {
  value: Profile;
  label: string;
  /** Of the address. */
  description: string;
  placeholder: string;
  /** Whether it has copies of the tables, in a database of a name of its own. */
  isCopy: boolean;
}

/** The services that have the tables, by the words of the back end. */
export const profiles: ProfileText[] = [
  {
    value: 'dataverse',
    label: 'Dataverse',
    description:
      'The address of the Dataverse environment, as its settings in the Power Platform admin center show it.',
    placeholder: 'https://contoso.crm4.dynamics.com',
    isCopy: false,
  },
  {
    value: 'fabric',
    label: 'Fabric',
    description: 'The SQL connection string of the lakehouse’s SQL analytics endpoint, from its settings.',
    placeholder: 'https://contoso.datawarehouse.fabric.microsoft.com',
    isCopy: true,
  },
  {
    value: 'synapse',
    label: 'Synapse',
    description: 'The serverless SQL endpoint, from the overview of the Synapse workspace.',
    placeholder: 'https://contoso-ondemand.sql.azuresynapse.net',
    isCopy: true,
  },
];

export function profileOf({ profile }: TallyOptions): ProfileText {
  return profiles.find(({ value }) => value === profile) ?? profiles[0];
}
