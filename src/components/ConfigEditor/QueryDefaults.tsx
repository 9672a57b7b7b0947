import { Field, FieldSet } from '@grafana/ui';
import React, { useMemo } from 'react';

import { find, type Catalog } from '../../catalog';
import type { Loaded } from '../../hooks/useLoaded';
import { timeZones } from '../../zone';
import { Choice } from '../Choice';
import { chosen, optionsOf } from '../options';
import { ChoiceSetting, WIDTH } from './fields';
import { languages } from './languages';
import type { Form } from './useForm';
import { usual } from './usual';

/** What queries get that say nothing themselves. */
export function QueryDefaults({ form, catalog }: { form: Form; catalog: Loaded<Catalog> }) {
  const zones = useMemo(() => timeZones().map((name) => ({ value: name, label: name })), []);
  const { definitions = [], windows = [] } = catalog.value ?? {};
  const definition = definitions.find((entry) => entry.default)?.title;
  return (
    <FieldSet label="Queries" disabled={form.readOnly}>
      <ChoiceSetting
        form={form}
        name="definition"
        label="Definition"
        description="The revision of Microsoft's rules by which to count. A query can name another one."
        placeholder={definition ?? 'The usual one'}
        options={optionsOf(definitions)}
        error={catalog.error}
      />
      <ChoiceSetting
        form={form}
        name="timeZone"
        label="Time zone"
        description="Of days, weeks and months. Where it is empty, panels use the dashboard's zone, and alert rules and shared dashboards use UTC."
        placeholder="The dashboard's"
        options={zones}
      />
      <ChoiceSetting
        form={form}
        name="realTimeWindow"
        label="Real-time window"
        description="The span of time that queries of the real-time view count in, unless they name one."
        placeholder={find(windows, usual.realTimeWindow)?.title ?? ''}
        options={optionsOf(windows)}
      />
      <LabelLanguage form={form} />
    </FieldSet>
  );
}

function LabelLanguage({ form }: { form: Form }) {
  const { labelLanguage } = form.options.jsonData;
  return (
    <Field
      label="Label language"
      htmlFor="tally-label-language"
      description="The language of names that Dataverse has in several, such as channels. Another one than those offered can be typed by its number (LCID)."
      {...form.validity('labelLanguage')}
    >
      <Choice
        id="tally-label-language"
        options={languages}
        value={labelLanguage ? chosen(languages, String(labelLanguage)) : null}
        placeholder="English, as in the catalogue"
        width={WIDTH}
        disabled={form.readOnly}
        isClearable
        createCustomValue
        onChange={(lcid) => form.setJson({ labelLanguage: lcid ? Number(lcid) : undefined })}
      />
    </Field>
  );
}
