import { CoreApp, type PanelData } from '@grafana/data';
import { PanelChrome, RadioButtonGroup } from '@grafana/ui';
import React, { useMemo, useRef, useState } from 'react';

import { plugin } from '../../../../src/module';
import type { TallyQuery } from '../../../../src/types';
import { notices, numbers, useShown } from './answers';
import { makeDataSource, type Settings } from './grafana';
import { makeRequest } from './request';
import { Visualisation, type Kind } from './Visualisation';

const QueryEditor = plugin.components.QueryEditor!;
const kinds: Record<Kind, string> = { 'Time series': 'timeseries', Stat: 'stat', Table: 'table' };
const options = Object.keys(kinds).map((value) => ({ value: value as Kind, label: value }));
const size = { width: 1150, height: 320 };

/** A panel while it is edited: the last 24 hours above, the query below. */
export function PanelPage({ stored }: { stored: Settings }) {
  const datasource = useMemo(() => makeDataSource(stored), [stored]);
  const [query, setQuery] = useState<TallyQuery>(() => ({
    refId: 'A',
    ...datasource.getDefaultQuery!(CoreApp.PanelEditor),
  }));
  const [kind, setKind] = useState<Kind>('Time series');
  const current = useRef(query);
  const ask = (drawn: Kind) => makeRequest(current.current, CoreApp.PanelEditor, kinds[drawn]);
  const [request, setRequest] = useState(() => ask(kind));
  const shown = useShown(datasource, request);

  const change = (changed: TallyQuery) => setQuery((current.current = changed));
  const run = () => setRequest(ask(kind));
  const draw = (drawn: Kind) => {
    setKind(drawn);
    setRequest(ask(drawn));
  };

  const { state, series, errors } = shown;
  const data: PanelData = { state, series, errors, timeRange: request.range, request };
  return (
    <>
      <RadioButtonGroup aria-label="Visualization" options={options} value={kind} onChange={draw} />
      <PanelChrome title="Bot conversations" {...size} loadingState={state} statusMessage={errors?.[0].message}>
        {(width: number, height: number) => (
          <Visualisation kind={kind} frames={series} range={request.range} width={width} height={height} />
        )}
      </PanelChrome>
      <p role="status">
        {state}
        {errors?.map(({ message }) => `: ${message}`)}
      </p>
      <output aria-label="Numbers" hidden>
        {JSON.stringify(numbers(shown))}
      </output>
      <ul aria-label="Notices">
        {notices(shown).map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <div id="editor">
        <QueryEditor
          datasource={datasource}
          query={query}
          onChange={change}
          onRunQuery={run}
          data={data}
          range={request.range}
          app={CoreApp.PanelEditor}
        />
      </div>
      <code aria-label="Saved query">{JSON.stringify(query)}</code>
    </>
  );
}
