import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, ClipboardButton, LoadingPlaceholder, Stack, useStyles2 } from '@grafana/ui';
import React, { useCallback, useId, useState } from 'react';

import type { Asked, TallySource } from '../../source';
import { useLoaded } from '../../hooks/useLoaded';
import type { TallyQuery } from '../../types';

interface Props {
  datasource: TallySource;
  query: TallyQuery;
  asked: Asked;
}

/** Shows, on demand, the SQL that the query runs on Dataverse. */
export function Statement(props: Props) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  return (
    <Stack direction="column" gap={1}>
      <div>
        <Button
          variant="secondary"
          fill="text"
          icon={isOpen ? 'angle-down' : 'angle-right'}
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? 'Hide SQL' : 'Show SQL'}
        </Button>
      </div>
      <div id={id}>{isOpen && <Text {...props} />}</div>
    </Stack>
  );
}

function Text({ datasource, query, asked }: Props) {
  const styles = useStyles2(getStyles);
  // The objects are new with each rendering; what is in them is not. The values of variables are in the query as it is run.
  const run = datasource.applied(query, asked);
  const key = JSON.stringify([run, asked.range, asked.intervalMs, asked.maxDataPoints]);
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const { value, error } = useLoaded(useCallback(() => datasource.statement(query, asked), [datasource, key]));
  if (error) {
    return (
      <Alert title="There is no SQL for this query" severity="warning">
        {error}
      </Alert>
    );
  }
  if (!value) {
    return <LoadingPlaceholder text="Asking for the SQL …" />;
  }
  return (
    <Stack direction="column" gap={1}>
      <pre className={styles.text} tabIndex={0} aria-label="SQL of the query">
        {value}
      </pre>
      <div>
        <ClipboardButton icon="copy" variant="secondary" size="sm" getText={() => value}>
          Copy
        </ClipboardButton>
      </div>
    </Stack>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  text: css({ maxHeight: 320, overflow: 'auto', margin: 0, fontSize: theme.typography.bodySmall.fontSize }),
});
