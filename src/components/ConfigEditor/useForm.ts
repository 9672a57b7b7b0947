import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { useState } from 'react';

import type { AzureCredentials, TallyOptions, TallySecrets } from '../../types';
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
  const found = problems(options);
  const filled: Partial<Record<FieldName, unknown>> = {
    ...options.jsonData,
    ...options.jsonData.azureCredentials,
    ...options.secureJsonData,
  };
  const setJson = (patch: Partial<TallyOptions>) =>
    onOptionsChange({ ...options, jsonData: { ...options.jsonData, ...patch } });

  return {
    options,
    readOnly: Boolean(options.readOnly),
    setOptions: onOptionsChange,
    setJson,
    setCredentials: (patch) => setJson({ azureCredentials: { ...options.jsonData.azureCredentials, ...patch } }),
    setSecret: (name, value) =>
      onOptionsChange({ ...options, secureJsonData: { ...options.secureJsonData, [name]: value } }),
    resetSecrets: (...names) => onOptionsChange(withoutSecrets(options, names)),
    visit: (field) => setVisited((before) => new Set(before).add(field)),
    validity: (field) => {
      const error = found[field];
      return { invalid: Boolean(error && (filled[field] || visited.has(field))), error };
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
