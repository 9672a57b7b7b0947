import type { QueryEditorProps } from '@grafana/data';
import { Stack } from '@grafana/ui';
import React from 'react';

import type { TallyDataSource } from '../../datasource';
import { QUERY_VERSION, type TallyOptions, type TallyQuery } from '../../types';
import { WithCatalog } from '../WithCatalog';
import { FilterList } from './FilterList';
import { OptionRows } from './OptionRows';
import { ShapeRows } from './ShapeRows';
import { Statement } from './Statement';

export type Props = QueryEditorProps<TallyDataSource, TallyQuery, TallyOptions>;

/** The form of a query. Everything in it comes from the catalogue; what is empty means its default. */
export function QueryEditor({ datasource, query, onChange, onRunQuery, range, data }: Props) {
  const change = (patch: Partial<TallyQuery>) => onChange(tidy({ ...query, version: QUERY_VERSION, ...patch }));
  const changeAndRun = (patch: Partial<TallyQuery>) => {
    change(patch);
    onRunQuery();
  };
  const asked = { ...data?.request, range: range ?? data?.request?.range };

  return (
    <WithCatalog datasource={datasource}>
      {(catalog) => {
        const row = { catalog, query, variables: datasource.variableNames(), onChange: changeAndRun };
        return (
          <Stack direction="column" gap={0.5}>
            <ShapeRows {...row} />
            <FilterList
              id={`tally-${query.refId}`}
              datasource={datasource}
              catalog={catalog}
              query={query}
              asked={asked}
              filters={query.filters ?? []}
              onChange={(filters, complete) => (complete ? changeAndRun({ filters }) : change({ filters }))}
            />
            <OptionRows {...row} dataSourceZone={datasource.timeZone} />
            <Statement datasource={datasource} query={query} asked={asked} />
          </Stack>
        );
      }}
    </WithCatalog>
  );
}

/** A query without what is empty, so that saved queries are as short as they can be. */
function tidy(query: TallyQuery): TallyQuery {
  const filled = (value: unknown) =>
    typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : value !== undefined && value !== '';
  return Object.fromEntries(Object.entries(query).filter(([, value]) => filled(value))) as unknown as TallyQuery;
}
