import { Collapse, Stack } from '@grafana/ui';
import React, { useMemo, useState } from 'react';

import { allowedDefinitions, find, titleOf, type Catalog, type Rule } from '../../catalog';
import type { TallyQuery } from '../../types';
import { timeZones } from '../../zone';
import { optionsOf } from '../options';
import { DEFAULT_VIEW } from '../words';
import { Picker } from './Picker';
import { controls, idOf, type RowProps } from './row';

// The titles of rules are longer than those of the rows above.
const LABEL_WIDTH = 22;

interface Props extends RowProps {
  dataSourceZone?: string;
}

/** By which rules to count, and in which time zone. Closed until somebody opens it; its label says what differs. */
export function OptionRows({ dataSourceZone, ...row }: Props) {
  const { catalog, query, variables, onChange, problems } = row;
  const [opened, setOpen] = useState<boolean>();
  const isOpen = opened ?? ['definition', 'timeZone', 'rules'].some((field) => field in problems);
  const zones = useMemo(() => timeZones().map((name) => ({ value: name, label: name })), []);
  const rules = query.rules ?? {};

  const changeRule = (field: string, setting: string | undefined) => {
    const { [field]: _, ...others } = rules;
    onChange({ rules: setting ? { ...others, [field]: setting } : others });
  };

  return (
    <Collapse label={summary(catalog, query)} isOpen={isOpen} onToggle={() => setOpen(!isOpen)}>
      <Stack direction="row" wrap="wrap" gap={0.5}>
        <Picker
          {...controls(row, 'definition')}
          labelWidth={LABEL_WIDTH}
          label="Definition"
          tooltip="The revision of Microsoft's rules."
          options={optionsOf(allowedDefinitions(catalog))}
          placeholder={`${titleOf(catalog.definitions, catalog.defaults.definition)} (data source)`}
        />
        <Picker
          {...controls(row, 'timeZone')}
          labelWidth={LABEL_WIDTH}
          label="Time zone"
          tooltip="Of days, weeks, months, hours of the day, and the window from midnight on. Alert rules and shared dashboards use the data source's where none is chosen here."
          options={zones}
          placeholder={dataSourceZone ? `${dataSourceZone} (data source)` : 'The dashboard’s'}
        />
        {catalog.rules.map((rule) => (
          <Picker
            labelWidth={LABEL_WIDTH}
            key={rule.id}
            id={idOf(query, rule.id)}
            label={rule.title}
            tooltip={rule.description}
            options={optionsOf(rule.settings)}
            variables={variables}
            placeholder={inForce(catalog, query, rule)}
            value={rules[rule.field]}
            onChange={(setting) => changeRule(rule.field, setting)}
            problem={problems[`rules.${rule.field}`]}
          />
        ))}
      </Stack>
    </Collapse>
  );
}

/** What the definition says of a rule. */
function inForce(catalog: Catalog, query: TallyQuery, rule: Rule): string {
  const definition = find(catalog.definitions, query.definition ?? catalog.defaults.definition);
  const setting = definition?.views[query.view ?? DEFAULT_VIEW]?.[rule.field];
  return setting ? `${titleOf(rule.settings, setting)} (definition)` : 'As the definition says';
}

function summary(catalog: Catalog, query: TallyQuery): string {
  const changed = Object.keys(query.rules ?? {}).length;
  const parts = [
    query.definition && titleOf(catalog.definitions, query.definition),
    query.timeZone,
    changed > 0 && `${changed} ${changed === 1 ? 'rule' : 'rules'} changed`,
  ].filter(Boolean);
  return parts.length > 0 ? `Options: ${parts.join(', ')}` : 'Options';
}
