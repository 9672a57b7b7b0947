import type { QueryEditorProps } from '@grafana/data';
import { Stack } from '@grafana/ui';
import React from 'react';

import type { TallyDataSource } from '../../datasource';
import { migrate } from '../../migrate';
import { QUERY_VERSION, type TallyOptions, type TallyQuery } from '../../types';
import { WithCatalog } from '../WithCatalog';
import { FilterList } from './FilterList';
import { OptionRows } from './OptionRows';
import { PanelRow } from './PanelRow';
import { problemsOf } from './problems';
import { ShapeRows } from './ShapeRows';
import { Statement } from './Statement';
import { tidy } from './tidy';
import { TypeRow } from './TypeRow';
import { useType } from './useType';

export type Props = QueryEditorProps<TallyDataSource, TallyQuery, TallyOptions>;

/** The form of a query. Everything in it comes from the catalogue; what is empty means its default. */
export function QueryEditor({ datasource, query: saved, onChange, onRunQuery, range, data }: Props) {
  const query = migrate(saved);
  const inType = useType(query);
  const change = (patch: Partial<TallyQuery>) => onChange(tidy({ ...query, version: QUERY_VERSION, ...patch }));
  const changeAndRun = (patch: Partial<TallyQuery>) => {
    change(patch);
    onRunQuery();
  };
  const asked = { ...data?.request, range: range ?? data?.request?.range };

  return (
    <WithCatalog datasource={datasource}>
      {(catalog) => {
        const problems = problemsOf(query.refId, data);
        const row = { catalog, query, problems, variables: datasource.variableNames(), onChange: changeAndRun };
        return (
          <Stack direction="column" gap={0.5}>
            <TypeRow
              query={query}
              onChange={(type) => {
                onChange(tidy(inType(type, catalog)));
                onRunQuery();
              }}
            />
            <ShapeRows {...row} />
            <FilterList
              id={`tally-${query.refId}`}
              datasource={datasource}
              catalog={catalog}
              query={query}
              asked={asked}
              filters={query.filters ?? []}
              onChange={(filters, complete) => (complete ? changeAndRun({ filters }) : change({ filters }))}
              problems={problems}
            />
            <PanelRow {...row} />
            <OptionRows {...row} dataSourceZone={datasource.timeZone} />
            <Statement datasource={datasource} query={query} asked={asked} />
          </Stack>
        );
      }}
    </WithCatalog>
  );
}
