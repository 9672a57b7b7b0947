import { Stack } from '@grafana/ui';
import React from 'react';

import { migrate } from '../../migrate';
import { WithCatalog } from '../WithCatalog';
import { QueryForm, type Props } from './QueryForm';
import { tidy } from './tidy';
import { TypeRow } from './TypeRow';
import { useType } from './useType';

/** The editor of a panel's query: its type, and the form that goes with it. */
export function QueryEditor(props: Props) {
  const query = migrate(props.query);
  const inType = useType(query);
  return (
    <WithCatalog datasource={props.datasource}>
      {(catalog) => (
        <Stack direction="column" gap={0.5}>
          <TypeRow
            query={query}
            onChange={(type) => {
              props.onChange(tidy(inType(type, catalog)));
              props.onRunQuery();
            }}
          />
          <QueryForm {...props} catalog={catalog} query={query} />
        </Stack>
      )}
    </WithCatalog>
  );
}
