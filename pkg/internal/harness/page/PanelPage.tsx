import {
  CoreApp,
  dateTime,
  LoadingState,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type PanelData,
} from '@grafana/data';
import { PanelChrome, RadioButtonGroup } from '@grafana/ui';
import React, { useEffect, useMemo, useRef, useState } from 'react';

import { plugin } from '../../../../src/module';
import type { TallyQuery } from '../../../../src/types';
import { makeDataSource, type Settings } from './grafana';
import { Visualisation, type Kind } from './Visualisation';

const QueryEditor = plugin.components.QueryEditor!;
const kinds: Kind[] = ['Time series', 'Stat', 'Table'];
const size = { width: 1100, height: 320 };

/** A panel while it is edited: the last 24 hours above, the query below. */
export function PanelPage({ stored }: { stored: Settings }) {
  const datasource = useMemo(() => makeDataSource(stored), [stored]);
  const [query, setQuery] = useState<TallyQuery>(() => ({
    refId: 'A',
    ...datasource.getDefaultQuery(CoreApp.PanelEditor),
  }));
  const [kind, setKind] = useState<Kind>('Time series');
  const [answer, setAnswer] = useState<DataQueryResponse>();
  const [request, setRequest] = useState<DataQueryRequest<TallyQuery>>(makeRequest);
  const current = useRef(query);

  const change = (changed: TallyQuery) => setQuery((current.current = changed));
  const run = () => {
    setAnswer(undefined);
    setRequest({ ...makeRequest(), targets: [current.current] });
  };

  useEffect(() => {
    const targets = [current.current];
    const running = datasource.query({ ...request, targets }).subscribe(setAnswer);
    return () => running.unsubscribe();
  }, [datasource, request]);

  const problem = answer?.errors?.[0] ?? answer?.error;
  const state = answer ? (problem ? LoadingState.Error : LoadingState.Done) : LoadingState.Loading;
  const series = (answer?.data ?? []) as DataFrame[];
  const data: PanelData = { state, series, timeRange: request.range, request };

  return (
    <>
      <RadioButtonGroup options={kinds.map((value) => ({ value, label: value }))} value={kind} onChange={setKind} />
      <PanelChrome title="Bot conversations" {...size} loadingState={state} statusMessage={problem?.message}>
        {(width: number, height: number) => (
          <Visualisation kind={kind} frames={series} range={request.range} width={width} height={height} />
        )}
      </PanelChrome>
      <p role="status">
        {state}
        {problem && `: ${problem.message}`}
      </p>
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

function makeRequest(): DataQueryRequest<TallyQuery> {
  const [from, to] = [dateTime().subtract(24, 'hours'), dateTime()];
  return {
    app: CoreApp.PanelEditor,
    requestId: 'Q1',
    startTime: Date.now(),
    timezone: 'utc',
    range: { from, to, raw: { from: 'now-24h', to: 'now' } },
    interval: '2m',
    intervalMs: 120_000,
    maxDataPoints: 100,
    scopedVars: {},
    targets: [],
  };
}
