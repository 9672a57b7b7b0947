import { getBackendSrv } from '@grafana/runtime';
import { Combobox, Field, FieldSet } from '@grafana/ui';
import React, { useCallback, useMemo } from 'react';

import type { Catalog } from '../../catalog';
import { useLoaded } from '../../hooks/useLoaded';
import { timeZones } from '../../zone';
import { chosen, optionsOf } from '../options';
import { WIDTH } from './Connection';
import type { Form } from './useForm';

/** What queries get that say nothing themselves. */
export function QueryDefaults({ form }: { form: Form }) {
  const { options, readOnly, setJson, validity } = form;
  const { definition, timeZone } = options.jsonData;
  const catalog = useStoredCatalog(options.uid);
  const definitions = optionsOf(catalog.value?.definitions ?? []);
  const zones = useMemo(() => timeZones().map((name) => ({ value: name, label: name })), []);
  const usual = catalog.value?.definitions.find((entry) => entry.default)?.title;
  return (
    <FieldSet label="Queries" disabled={readOnly}>
      <Field
        label="Definition"
        htmlFor="tally-definition"
        description="The revision of Microsoft's rules by which to count. A query can name another one."
        invalid={Boolean(catalog.error)}
        error={catalog.error}
      >
        <Combobox
          id="tally-definition"
          options={definitions}
          value={definition ? chosen(definitions, definition) : null}
          placeholder={usual ?? 'The usual one'}
          width={WIDTH}
          disabled={readOnly}
          isClearable
          onChange={(option) => setJson({ definition: option?.value })}
        />
      </Field>
      <Field
        label="Time zone"
        htmlFor="tally-time-zone"
        description="Of days, weeks and months. Where it is empty, panels use the dashboard's zone, and alert rules and shared dashboards use UTC."
        {...validity('timeZone')}
      >
        <Combobox
          id="tally-time-zone"
          options={zones}
          value={timeZone ? chosen(zones, timeZone) : null}
          placeholder="The dashboard's"
          width={WIDTH}
          disabled={readOnly}
          isClearable
          onChange={(option) => setJson({ timeZone: option?.value })}
        />
      </Field>
    </FieldSet>
  );
}

/** The catalogue needs no settings: it is there before the form has ever been saved. */
function useStoredCatalog(uid: string) {
  const load = useCallback(
    () =>
      getBackendSrv().get<Catalog>(`/api/datasources/uid/${uid}/resources/catalog`, undefined, undefined, {
        showErrorAlert: false,
      }),
    [uid]
  );
  return useLoaded(load);
}
