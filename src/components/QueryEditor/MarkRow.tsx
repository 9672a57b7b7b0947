import { Stack } from '@grafana/ui';
import React from 'react';

import { takes } from '../../queryTypes';
import { marks, SPIKES } from '../words';
import { NumberField } from './NumberField';
import { Picker } from './Picker';
import { controls, type RowProps } from './row';

/** Which events an annotation marks. */
export function MarkRow(row: RowProps) {
  const { catalog, query, onChange } = row;
  if (!takes(query, 'annotation')) {
    return null;
  }
  return (
    <Stack direction="row" wrap="wrap" gap={0.5}>
      <Picker
        {...controls(row, 'annotation')}
        label="Annotation"
        tooltip="What to mark on the time axis."
        options={marks}
        placeholder={marks[0].label!}
        // The other kinds have no threshold.
        onChange={(annotation) => onChange({ annotation, ...(!isOfSpikes(annotation) && { threshold: undefined }) })}
      />
      {(isOfSpikes(query.annotation) || query.threshold !== undefined) && (
        <NumberField
          {...controls(row, 'threshold')}
          label="Threshold"
          tooltip="The escalation rate from which on a time is marked, above 0 and at most 1: 0.5 is half of the conversations."
          placeholder={String(catalog.defaults.threshold ?? '')}
          min={0.01}
          max={1}
          step={0.01}
        />
      )}
    </Stack>
  );
}

/** Also the kind of an annotation that names none. A variable may be any. */
function isOfSpikes(annotation: string | undefined): boolean {
  return !annotation || annotation === SPIKES || annotation.startsWith('$');
}
