import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { useState } from 'react';

import type { AzureCredentials, TallyOptions, TallySecrets } from '../../types';
import { bind, unbind } from './bound';
import { problems, type FieldName } from './problems';

export type Props = DataSourcePluginOptionsEditorProps<TallyOptions, TallySecrets>;

/** What the sections of the form work with. */
export interface Form {
  options: Props['options'];
  /** Whether the settings come from a file and can only be looked at. */
  readOnly: boolean;
  setOptions: Props['onOptionsChange'];
  setJson: (patch: Partial<TallyOptions>) => void;
  setCredentials: (patch: Partial<AzureCredentials>) => void;
  /** A secret that has been entered but not saved. */
  secret: (name: keyof TallySecrets) => string;
  isStored: (name: keyof TallySecrets) => boolean;
  setSecret: (name: keyof TallySecrets, value: string) => void;
  /** Forgets a stored secret: it has to be entered again. */
  resetSecrets: (...names: Array<keyof TallySecrets>) => void;
  /** Marks a field as visited; what is missing there is said from then on. */
  visit: (field: FieldName) => void;
  /** For a Field: whether it is wrong, and why. */
  validity: (field: FieldName) => { invalid: boolean; error?: string };
}

/** The settings as a form. A field that is empty is wrong only once somebody has been there; one that is filled, at once. */
export function useForm({ options, onOptionsChange }: Props): Form {
  const [visited, setVisited] = useState<ReadonlySet<FieldName>>(new Set());
  const { jsonData, secureJsonData, secureJsonFields } = options;
  const found = problems(options);
  const filled: Partial<Record<FieldName, unknown>> = { ...jsonData, ...jsonData.azureCredentials, ...secureJsonData };
  const isFilled = (field: FieldName) => filled[field] !== undefined && filled[field] !== '';
  const setJson = (patch: Partial<TallyOptions>) =>
    onOptionsChange({ ...options, jsonData: { ...jsonData, ...patch } });

  return {
    options,
    readOnly: Boolean(options.readOnly),
    setOptions: onOptionsChange,
    setJson,
    setCredentials: (patch) => setJson({ azureCredentials: { ...jsonData.azureCredentials, ...patch } }),
    secret: (name) => unbind(secureJsonData?.[name]),
    isStored: (name) => Boolean(secureJsonFields?.[name]),
    setSecret: (name, value) =>
      onOptionsChange({
        ...options,
        secureJsonData: { ...secureJsonData, [name]: bind(name, value, jsonData.environment) },
      }),
    resetSecrets: (...names) => onOptionsChange(withoutSecrets(options, names)),
    visit: (field) => setVisited((before) => new Set(before).add(field)),
    validity: (field) => {
      const error = found[field];
      return { invalid: Boolean(error && (isFilled(field) || visited.has(field))), error };
    },
  };
}

/** An empty secret is what makes Grafana forget the stored one. */
export function withoutSecrets(options: Props['options'], names: Array<keyof TallySecrets>): Props['options'] {
  return {
    ...options,
    secureJsonFields: { ...options.secureJsonFields, ...Object.fromEntries(names.map((name) => [name, false])) },
    secureJsonData: { ...options.secureJsonData, ...Object.fromEntries(names.map((name) => [name, ''])) },
  };
}
