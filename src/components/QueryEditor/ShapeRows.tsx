import { Stack, type ComboboxOption } from '@grafana/ui';
import React from 'react';

import { optionsOf } from '../options';
import { MultiPicker, Picker } from './Picker';
import type { RowProps } from './row';

/** The words of the back end's package query for the length of a bucket; any other duration can be typed. */
const buckets: ComboboxOption[] = [
  { value: 'none', label: 'None', description: 'One number for the whole window' },
  { value: 'auto', label: 'Automatic', description: 'As fine as the panel can show' },
  { value: '15m', label: '15 minutes' },
  { value: 'hour', label: 'Hour' },
  { value: 'day', label: 'Day' },
  { value: 'week', label: 'Week', description: 'From Monday' },
  { value: 'month', label: 'Month' },
];

/** What is counted, how it is cut up, and in which window: the part of the form that is always there. */
export function ShapeRows({ catalog, query, variables, onChange }: RowProps) {
  const id = (name: string) => `tally-${query.refId}-${name}`;
  const range = catalog.windows[0];
  return (
    <>
      <MultiPicker
        id={id('metrics')}
        label="Metrics"
        tooltip="What to count."
        options={optionsOf(catalog.metrics)}
        variables={variables}
        placeholder={catalog.metrics[0]?.title ?? ''}
        values={query.metrics ?? []}
        onChange={(metrics) => onChange({ metrics })}
      />
      <MultiPicker
        id={id('group-by')}
        label="Group by"
        tooltip="A number for each value of these. Numbers of groups do not always add up to the total: a conversation counts once in each group that it belongs to."
        options={optionsOf(catalog.dimensions)}
        variables={variables}
        placeholder="Nothing: all conversations together"
        values={query.groupBy ?? []}
        onChange={(groupBy) => onChange({ groupBy })}
      />
      <Stack direction="row" wrap="wrap" gap={0.5}>
        <Picker
          id={id('window')}
          label="Window"
          tooltip="The span of time whose conversations are counted. Windows other than the time range end now."
          options={optionsOf(catalog.windows)}
          variables={variables}
          placeholder={range?.title ?? ''}
          value={query.window}
          onChange={(window) => onChange({ window })}
        />
        <Picker
          id={id('bucket')}
          label="Per"
          tooltip="Counts for each part of the window, as a series over time. Type a duration such as 30m or 6h for another length."
          options={buckets}
          typed
          variables={variables}
          placeholder="None"
          value={query.bucket}
          onChange={(bucket) => onChange({ bucket })}
        />
      </Stack>
    </>
  );
}
