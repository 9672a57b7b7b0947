import type { QueryEditorProps } from '@grafana/data';
import { Field, Input, Stack, type ComboboxOption } from '@grafana/ui';
import React from 'react';

import type { TallySource } from '../../source';
import { SEARCH } from '../../interpolate';
import type { TallyOptions, TallyQuery, TallyVariableQuery } from '../../types';
import { Choice } from '../Choice';
import { chosen, optionsOf, withVariables } from '../options';
import { FilterList } from '../QueryEditor/FilterList';
import { WithCatalog } from '../WithCatalog';

export type Props = QueryEditorProps<TallySource, TallyQuery, TallyOptions, TallyVariableQuery>;

const lists: Array<ComboboxOption<TallyVariableQuery['list']>> = [
  {
    value: 'values',
    label: 'Values',
    description: 'Of a dimension, such as queues or bots, as they occur in the time range',
  },
  { value: 'definitions', label: 'Definitions' },
  { value: 'metrics', label: 'Metrics' },
  { value: 'dimensions', label: 'Dimensions' },
  { value: 'windows', label: 'Windows' },
];

/** What a dashboard variable lists. */
export function VariableEditor({ datasource, query: saved, onChange, range }: Props) {
  const query: TallyVariableQuery = { refId: 'variable', ...asObject(saved), list: asObject(saved).list ?? 'values' };
  const change = (patch: Partial<TallyVariableQuery>) => onChange({ ...query, ...patch });
  return (
    <WithCatalog datasource={datasource}>
      {(catalog) => {
        const dimensions = withVariables(optionsOf(catalog.dimensions), datasource.variableNames());
        return (
          <Stack direction="column" gap={0}>
            <Field label="List" htmlFor="tally-variable-list">
              <Choice
                id="tally-variable-list"
                options={lists}
                value={query.list}
                onChange={(value) => change({ list: value })}
                width={32}
              />
            </Field>
            {query.list === 'values' && (
              <>
                <Field
                  label="Dimension"
                  htmlFor="tally-variable-dimension"
                  description="The variable's values are ids, its labels their names."
                  invalid={!query.dimension}
                  error="Choose a dimension"
                >
                  <Choice
                    id="tally-variable-dimension"
                    options={dimensions}
                    value={query.dimension ? chosen(dimensions, query.dimension) : null}
                    onChange={(value) => change({ dimension: value })}
                    placeholder="Choose a dimension"
                    width={32}
                  />
                </Field>
                <Field
                  label="Search"
                  htmlFor="tally-variable-search"
                  description={`Only values with this in their names. ${SEARCH} stands for what is typed into the variable's list.`}
                >
                  <Input
                    id="tally-variable-search"
                    value={query.search ?? ''}
                    onChange={({ currentTarget: { value } }) => change({ search: value || undefined })}
                    placeholder="All names"
                    width={32}
                  />
                </Field>
                <Field
                  label="Limit"
                  htmlFor="tally-variable-limit"
                  description="The most frequent values, at most so many."
                >
                  <Input
                    id="tally-variable-limit"
                    type="number"
                    min={1}
                    value={query.limit ?? ''}
                    onChange={({ currentTarget: { value } }) => change({ limit: value ? Number(value) : undefined })}
                    placeholder="All values"
                    width={32}
                  />
                </Field>
                <FilterList
                  id="tally-variable"
                  datasource={datasource}
                  catalog={catalog}
                  query={{}}
                  asked={{ range }}
                  filters={query.filters ?? []}
                  onChange={(filters) => change({ filters: filters.length > 0 ? filters : undefined })}
                />
              </>
            )}
          </Stack>
        );
      }}
    </WithCatalog>
  );
}

/** Grafana hands in an empty text for a variable that is new. */
function asObject(saved: TallyVariableQuery | string): Partial<TallyVariableQuery> {
  return typeof saved === 'object' && saved !== null ? saved : {};
}
