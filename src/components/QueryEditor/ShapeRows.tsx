import { Stack } from '@grafana/ui';
import React from 'react';

import { find } from '../../catalog';
import { takes } from '../../queryTypes';
import { optionsOf } from '../options';
import { buckets, comparisons, DEFAULT_VIEW, views } from '../words';
import { NumberField } from './NumberField';
import { MultiPicker, Picker } from './Picker';
import { idOf, type RowProps } from './row';

/** What is counted, how it is cut up, and in which window: the part of the form that is always open. */
export function ShapeRows({ catalog, query, variables, onChange, problems }: RowProps) {
  return (
    <>
      {takes(query, 'metrics') && (
        <MultiPicker
          id={idOf(query, 'metrics')}
          label="Metrics"
          tooltip="What to count."
          options={optionsOf(catalog.metrics)}
          variables={variables}
          placeholder={catalog.metrics[0]?.title ?? ''}
          values={query.metrics ?? []}
          onChange={(metrics) => onChange({ metrics })}
          problem={problems.metrics}
        />
      )}
      {takes(query, 'groupBy') && (
        <MultiPicker
          id={idOf(query, 'group-by')}
          label="Group by"
          tooltip="A number for each value of these. Numbers of groups do not always add up to the total: a conversation counts once in each group that it belongs to."
          options={optionsOf(catalog.dimensions)}
          variables={variables}
          placeholder="Nothing: all conversations together"
          values={query.groupBy ?? []}
          onChange={(groupBy) => onChange({ groupBy })}
          problem={problems.groupBy}
        />
      )}
      <Stack direction="row" wrap="wrap" gap={0.5}>
        {takes(query, 'compare') && (
          <Picker
            id={idOf(query, 'compare')}
            label="Compare with"
            tooltip="The earlier time whose numbers stand beside those of the window."
            options={comparisons}
            variables={variables}
            placeholder={comparisons[0].label!}
            value={query.compare}
            onChange={(compare) => onChange({ compare })}
            problem={problems.compare}
          />
        )}
        <Picker
          id={idOf(query, 'view')}
          label="View"
          tooltip="Microsoft's two dashboards count by rules of their own."
          options={views}
          variables={variables}
          placeholder={views[0].label!}
          value={query.view}
          onChange={(view) => onChange({ view })}
          problem={problems.view}
        />
        <Picker
          id={idOf(query, 'window')}
          label="Window"
          tooltip="The span of time whose conversations are counted. Windows other than the time range end now."
          options={optionsOf(catalog.windows)}
          variables={variables}
          placeholder={usualWindow({ catalog, query })}
          value={query.window}
          onChange={(window) => onChange({ window })}
          problem={problems.window}
        />
        {takes(query, 'bucket') && (
          <Picker
            id={idOf(query, 'bucket')}
            label="Bucket"
            tooltip="Counts for each part of the window, as a series over time. Type a duration such as 30m or 6h for another length."
            options={buckets}
            typed
            variables={variables}
            placeholder={takes(query, 'annotation') ? 'Automatic' : 'None'}
            value={query.bucket}
            onChange={(bucket) => onChange({ bucket })}
            problem={problems.bucket}
          />
        )}
        {takes(query, 'limit') && (
          <NumberField
            id={idOf(query, 'limit')}
            label="Limit"
            tooltip="The largest groups, at most so many. A notice on the panel says how many more there are."
            placeholder="All groups"
            min={1}
            max={11_000}
            value={query.limit}
            onChange={(limit) => onChange({ limit })}
            problem={problems.limit}
          />
        )}
      </Stack>
    </>
  );
}

/** The window of a query that names none. */
function usualWindow({ catalog, query }: Pick<RowProps, 'catalog' | 'query'>): string {
  const { realTimeWindow } = catalog.defaults;
  const [range] = catalog.windows;
  const ofView = (query.view ?? DEFAULT_VIEW) === DEFAULT_VIEW ? undefined : find(catalog.windows, realTimeWindow);
  return ofView ? `${ofView.title} (data source)` : (range?.title ?? '');
}
