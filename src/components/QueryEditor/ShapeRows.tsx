import { Stack } from '@grafana/ui';
import React from 'react';

import { find } from '../../catalog';
import { MOST_ROWS, takes } from '../../queryTypes';
import { optionsOf } from '../options';
import { buckets, comparisons, DEFAULT_VIEW, views } from '../words';
import { NumberField } from './NumberField';
import { MultiPicker, Picker } from './Picker';
import { controls, type RowProps } from './row';

/** What is counted, how it is cut up, and in which window: the part of the form that is always open. */
export function ShapeRows(row: RowProps) {
  const { catalog, query } = row;
  return (
    <>
      {takes(query, 'metrics') && (
        <MultiPicker
          {...controls(row, 'metrics')}
          label="Metrics"
          tooltip="What to count."
          options={optionsOf(catalog.metrics)}
          placeholder={catalog.metrics[0]?.title ?? ''}
        />
      )}
      {takes(query, 'groupBy') && (
        <MultiPicker
          {...controls(row, 'groupBy')}
          label="Group by"
          tooltip="A number for each value of these. Numbers of groups do not always add up to the total: a conversation counts once in each group that it belongs to."
          options={optionsOf(catalog.dimensions)}
          placeholder="Nothing: all conversations together"
        />
      )}
      <Stack direction="row" wrap="wrap" gap={0.5}>
        {takes(query, 'compare') && (
          <Picker
            {...controls(row, 'compare')}
            label="Compare with"
            tooltip="The earlier time whose numbers stand beside those of the window."
            options={comparisons}
            placeholder={comparisons[0].label!}
          />
        )}
        <Picker
          {...controls(row, 'view')}
          label="View"
          tooltip="Microsoft's two dashboards count by rules of their own."
          options={views}
          placeholder={views[0].label!}
        />
        <Picker
          {...controls(row, 'window')}
          label="Window"
          tooltip="The span of time whose conversations are counted. Windows other than the time range end now."
          options={optionsOf(catalog.windows)}
          placeholder={usualWindow({ catalog, query })}
        />
        {takes(query, 'bucket') && (
          <Picker
            {...controls(row, 'bucket')}
            label="Bucket"
            tooltip="Counts for each part of the window, as a series over time. Type a duration such as 30m or 6h for another length."
            options={buckets}
            typed
            placeholder={takes(query, 'annotation') ? 'Automatic' : 'None'}
          />
        )}
        {takes(query, 'limit') && (
          <NumberField
            {...controls(row, 'limit')}
            label="Limit"
            tooltip="The largest groups, at most so many. A notice on the panel says how many more there are."
            placeholder="All groups"
            min={1}
            max={MOST_ROWS}
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
