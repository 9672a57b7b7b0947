import { dateTime, type DataSourceApi } from '@grafana/data';
import { Button } from '@grafana/ui';
import React, { useMemo, useState } from 'react';
import { lastValueFrom } from 'rxjs';

import { plugin } from '../../../../src/module';
import type { TallyQuery, TallyVariableQuery } from '../../../../src/types';
import type { TallyVariables } from '../../../../src/variables';
import { makeDataSource, type Settings } from './grafana';

const QueryEditorHelp = plugin.components.QueryEditorHelp!;

/** The editor of a dashboard variable, and a preview of what the variable offers. */
export function VariablePage({ stored }: { stored: Settings }) {
  const datasource = useMemo(() => makeDataSource(stored), [stored]);
  const variables = datasource.variables as TallyVariables;
  const [query, setQuery] = useState({ refId: 'variable', list: 'values' } as TallyVariableQuery);
  const [values, setValues] = useState<Array<{ text: string; value?: string | number }>>([]);
  const range = useMemo(() => {
    const [from, to] = [dateTime().subtract(24, 'hours'), dateTime()];
    return { from, to, raw: { from: 'now-24h', to: 'now' } };
  }, []);

  const preview = async () => {
    const request = { targets: [query], range, scopedVars: {}, timezone: 'utc' };
    setValues((await lastValueFrom(variables.query(request as never))).data);
  };

  return (
    <>
      <h1>Variable</h1>
      <div id="editor">
        <variables.editor
          datasource={datasource}
          query={query}
          onChange={setQuery}
          onRunQuery={preview}
          range={range}
        />
      </div>
      <Button onClick={preview}>Run query</Button>
      <ul aria-label="Preview of values">
        {values.map(({ text, value }) => (
          <li key={value} title={String(value)}>
            {text}
          </li>
        ))}
      </ul>
    </>
  );
}

/** The help, and the query that a click on an example makes. */
export function HelpPage({ stored }: { stored: Settings }) {
  const datasource = useMemo(() => makeDataSource(stored), [stored]);
  const [query, setQuery] = useState<TallyQuery>({ refId: 'A' });
  return (
    <>
      <code aria-label="Query">{JSON.stringify(query)}</code>
      <div id="editor">
        <QueryEditorHelp datasource={datasource as DataSourceApi<TallyQuery>} query={query} onClickExample={setQuery} />
      </div>
    </>
  );
}
