import { applyFieldOverrides, FieldColorModeId, FieldType, type DataFrame, type TimeRange } from '@grafana/data';
import { LegendDisplayMode } from '@grafana/schema';
import { BigValue, BigValueColorMode, BigValueGraphMode, Stack, Table, TimeSeries, useTheme2 } from '@grafana/ui';
import React from 'react';

export type Kind = 'Time series' | 'Stat' | 'Table';

interface Props {
  kind: Kind;
  frames: DataFrame[];
  range: TimeRange;
  width: number;
  height: number;
}

/** Draws frames with Grafana's own components. */
export function Visualisation({ kind, frames: raw, range, width, height }: Props) {
  const theme = useTheme2();
  const frames = applyFieldOverrides({
    data: raw.map(coloured),
    fieldConfig: { defaults: {}, overrides: [] },
    replaceVariables: (text) => text,
    theme,
    timeZone: 'utc',
  });
  const isSeries = frames.some(({ fields }) => fields.some(({ type }) => type === FieldType.time));
  if (frames.length === 0) {
    return null;
  }
  if (kind === 'Table') {
    const each = height / frames.length;
    return (
      <>
        {frames.map((frame, i) => (
          <Table key={i} data={frame} width={width} height={each} />
        ))}
      </>
    );
  }
  if (kind === 'Time series') {
    if (!isSeries) {
      return <p>Data is missing a time field</p>;
    }
    return (
      <TimeSeries
        frames={frames}
        timeRange={range}
        timeZone="utc"
        width={width}
        height={height}
        legend={{ displayMode: LegendDisplayMode.List, placement: 'bottom', calcs: [], showLegend: true }}
      />
    );
  }
  const numbers = frames.flatMap(({ fields }) => fields.filter(({ type }) => type === FieldType.number));
  return (
    <Stack direction="row" gap={1}>
      {numbers.map((field, i) => (
        <BigValue
          key={i}
          theme={theme}
          width={width / numbers.length - 8}
          height={height}
          colorMode={BigValueColorMode.Value}
          graphMode={BigValueGraphMode.None}
          value={{ ...field.display!(field.values.at(-1)), title: field.config.displayNameFromDS }}
        />
      ))}
    </Stack>
  );
}

/** A frame whose series have colours of their own, as panels give them by default. */
function coloured(frame: DataFrame): DataFrame {
  const color = { mode: FieldColorModeId.PaletteClassic };
  return { ...frame, fields: frame.fields.map((field) => ({ ...field, config: { ...field.config, color } })) };
}
