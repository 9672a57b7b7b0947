import type { QueryEditorProps } from '@grafana/data';
import { Stack } from '@grafana/ui';
import React from 'react';

import type { Catalog } from '../../catalog';
import type { TallySource } from '../../source';
import { QUERY_VERSION, type TallyOptions, type TallyQuery } from '../../types';
import { FilterList } from './FilterList';
import { MarkRow } from './MarkRow';
import { OptionRows } from './OptionRows';
import { PanelRow } from './PanelRow';
import { problemsOf } from './problems';
import { idOf } from './row';
import { ShapeRows } from './ShapeRows';
import { Statement } from './Statement';
import { tidy } from './tidy';

export type Props = QueryEditorProps<TallySource, TallyQuery, TallyOptions>;

/**
 * The fields that a query of its type has, for panels and annotations alike. Everything in it comes from the catalogue;
 * what is empty means its default.
 */
export function QueryForm({
  datasource,
  catalog,
  query,
  onChange,
  onRunQuery,
  range,
  data,
}: Props & { catalog: Catalog }) {
  const change = (patch: Partial<TallyQuery>) => onChange(tidy({ ...query, version: QUERY_VERSION, ...patch }));
  const changeAndRun = (patch: Partial<TallyQuery>) => {
    change(patch);
    onRunQuery();
  };
  const asked = { ...data?.request, range: range ?? data?.request?.range };
  const problems = problemsOf(query.refId, data);
  const row = { catalog, query, problems, variables: datasource.variableNames(), onChange: changeAndRun };
  return (
    <Stack direction="column" gap={0.5}>
      <MarkRow {...row} />
      <ShapeRows {...row} />
      <FilterList
        id={idOf(query, 'filters')}
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
}
