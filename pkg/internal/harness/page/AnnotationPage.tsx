import { CoreApp, LoadingState, type AnnotationQuery, type DataFrame, type PanelData } from '@grafana/data';
import { PanelChrome } from '@grafana/ui';
import React, { useMemo, useState } from 'react';

import { AnnotationEditor } from '../../../../src/components/AnnotationEditor/AnnotationEditor';
import type { TallyQuery } from '../../../../src/types';
import { useShown } from './answers';
import { makeDataSource, type Settings } from './grafana';
import { makeRequest } from './request';
import { Visualisation } from './Visualisation';

/** The editor of a dashboard's annotation, and the marks that it makes. */
export function AnnotationPage({ stored }: { stored: Settings }) {
  const datasource = useMemo(() => makeDataSource(stored), [stored]);
  const { prepareQuery, getDefaultQuery } = datasource.annotations!;
  const [target, setTarget] = useState<TallyQuery>(() => ({ refId: 'Anno', ...getDefaultQuery!() }));
  const ask = (asked: TallyQuery) => {
    const annotation: AnnotationQuery<TallyQuery> = { name: 'Marks', enable: true, iconColor: 'red', target: asked };
    return makeRequest(prepareQuery!(annotation)!, CoreApp.Dashboard);
  };
  const [request, setRequest] = useState(() => ask(target));
  const shown = useShown(datasource, request);

  const change = (changed: TallyQuery) => {
    setTarget(changed);
    setRequest(ask(changed));
  };

  const data: PanelData = { ...shown, timeRange: request.range, request };
  const [marks] = shown.series as DataFrame[];
  return (
    <>
      <PanelChrome title="Marks" width={1150} height={320} loadingState={shown.state}>
        {(width: number, height: number) => (
          <Visualisation kind="Table" frames={shown.series} range={request.range} width={width} height={height} />
        )}
      </PanelChrome>
      <p role="status">
        {shown.state}
        {shown.state === LoadingState.Done && `: ${marks?.length ?? 0} marks`}
        {shown.errors?.map(({ message }) => `: ${message}`)}
      </p>
      <div id="editor">
        <AnnotationEditor
          datasource={datasource}
          query={target}
          onChange={change}
          onRunQuery={() => undefined}
          data={data}
          range={request.range}
        />
      </div>
      <code aria-label="Saved query">{JSON.stringify(target)}</code>
    </>
  );
}
