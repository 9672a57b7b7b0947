import { InlineField, InlineSwitch, Stack } from '@grafana/ui';
import React from 'react';

import { takes } from '../../queryTypes';
import { formats } from '../words';
import { Picker } from './Picker';
import { controls, idOf, LABEL_WIDTH, type RowProps } from './row';

/** How the answer gets into the panel. */
export function PanelRow(row: RowProps) {
  const { query, onChange, problems } = row;
  if (!takes(query, 'format')) {
    return null;
  }
  return (
    <Stack direction="row" wrap="wrap" gap={0.5}>
      <Picker
        {...controls(row, 'format')}
        label="Format"
        tooltip="The shape of the answer. Alert rules, shared dashboards and panels with an expression do not tell which panel it is: they take the bucket's, unless a format is chosen here."
        options={formats}
        placeholder="Automatic: what the panel draws"
      />
      <InlineField
        label="Stream"
        tooltip="New numbers are pushed to the panel as they come, without a refresh of the dashboard. Dataverse is asked once, however many people watch."
        labelWidth={LABEL_WIDTH}
        htmlFor={idOf(query, 'stream')}
        invalid={Boolean(problems.stream)}
        error={problems.stream}
      >
        <InlineSwitch
          id={idOf(query, 'stream')}
          value={Boolean(query.stream)}
          onChange={(event) => onChange({ stream: event.currentTarget.checked || undefined })}
        />
      </InlineField>
    </Stack>
  );
}
