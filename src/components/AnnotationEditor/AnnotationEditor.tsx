import type { QueryEditorProps } from '@grafana/data';
import { Stack } from '@grafana/ui';
import React from 'react';

import type { TallyDataSource } from '../../datasource';
import { migrate } from '../../migrate';
import type { TallyOptions, TallyQuery } from '../../types';
import { FilterList } from '../QueryEditor/FilterList';
import { NumberField } from '../QueryEditor/NumberField';
import { OptionRows } from '../QueryEditor/OptionRows';
import { Picker } from '../QueryEditor/Picker';
import { problemsOf } from '../QueryEditor/problems';
import { idOf } from '../QueryEditor/row';
import { ShapeRows } from '../QueryEditor/ShapeRows';
import { tidy } from '../QueryEditor/tidy';
import { WithCatalog } from '../WithCatalog';
import { marks, SPIKES } from '../words';

export type Props = QueryEditorProps<TallyDataSource, TallyQuery, TallyOptions>;

/** Which events to mark on the time axis of a dashboard. */
export function AnnotationEditor({ datasource, query: saved, onChange, onRunQuery, range, data }: Props) {
  const query: TallyQuery = { ...migrate(saved), queryType: 'annotations' };
  const change = (patch: Partial<TallyQuery>) => {
    const { threshold, ...changed } = { ...query, ...patch };
    // The other kinds have no threshold.
    onChange(tidy(marksSpikes(changed.annotation) ? { ...changed, threshold } : changed));
    onRunQuery();
  };
  return (
    <WithCatalog datasource={datasource}>
      {(catalog) => {
        const problems = problemsOf(query.refId, data);
        const variables = datasource.variableNames();
        const row = { catalog, query, problems, variables, onChange: change };
        return (
          <Stack direction="column" gap={0.5}>
            <Picker
              id={idOf(query, 'annotation')}
              label="Annotation"
              tooltip="What to mark on the time axis."
              options={marks}
              variables={variables}
              placeholder={marks[0].label!}
              value={query.annotation}
              onChange={(annotation) => change({ annotation })}
              problem={problems.annotation}
            />
            {marksSpikes(query.annotation) && (
              <NumberField
                id={idOf(query, 'threshold')}
                label="Threshold"
                tooltip="The escalation rate from which on a time is marked, above 0 and at most 1: 0.5 is half of the conversations."
                placeholder={String(catalog.defaults.threshold ?? '')}
                min={0.01}
                max={1}
                step={0.01}
                value={query.threshold}
                onChange={(threshold) => change({ threshold })}
                problem={problems.threshold}
              />
            )}
            <ShapeRows {...row} />
            <FilterList
              id={idOf(query, 'annotation')}
              datasource={datasource}
              catalog={catalog}
              query={{}}
              asked={{ range: range ?? data?.request?.range }}
              filters={query.filters ?? []}
              onChange={(filters) => change({ filters })}
              problems={problems}
            />
            <OptionRows {...row} dataSourceZone={datasource.timeZone} />
          </Stack>
        );
      }}
    </WithCatalog>
  );
}

/** Also the kind of an annotation that names none. A variable may be any. */
function marksSpikes(annotation: string | undefined): boolean {
  return !annotation || annotation === SPIKES || annotation.startsWith('$');
}
