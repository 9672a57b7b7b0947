import { css } from '@emotion/css';
import type { GrafanaTheme2, QueryEditorHelpProps } from '@grafana/data';
import { Button, Stack, TextLink, useStyles2 } from '@grafana/ui';
import React from 'react';

import { find, type Catalog, type Metric } from '../../catalog';
import type { TallySource } from '../../source';
import { blank, describeType, panelTypes } from '../../queryTypes';
import { QUERY_VERSION, type QueryType, type TallyQuery } from '../../types';
import { WithCatalog } from '../WithCatalog';

/** What can be counted, and examples to begin with, from the catalogue. */
export function QueryHelp({ datasource, query, onClickExample }: QueryEditorHelpProps<TallyQuery>) {
  const example = (own: Partial<TallyQuery>) =>
    onClickExample({
      ...blank,
      refId: query?.refId ?? 'A',
      datasource: query?.datasource,
      version: QUERY_VERSION,
      queryType: 'counts',
      ...own,
    });
  return (
    <WithCatalog datasource={datasource as TallySource}>
      {(catalog) => (
        <Stack direction="column" gap={2}>
          <h2>What can be counted</h2>
          {catalog.metrics.map((metric) => (
            <MetricHelp key={metric.id} catalog={catalog} metric={metric} onExample={example} />
          ))}
          <h2>What can be asked</h2>
          {panelTypes.map((type) => (
            <TypeHelp key={type} catalog={catalog} type={type} onExample={example} />
          ))}
          <h2>By which rules</h2>
          {catalog.definitions.map(({ id, title, description, source }) => (
            <section key={id}>
              <h3>{title}</h3>
              <p>
                {description} <Source catalog={catalog} page={source.page} revision={source.revision} />
              </p>
            </section>
          ))}
        </Stack>
      )}
    </WithCatalog>
  );
}

interface TypeProps {
  catalog: Catalog;
  type: QueryType;
  onExample: (query: Partial<TallyQuery>) => void;
}

function TypeHelp({ catalog, type, onExample }: TypeProps) {
  const styles = useStyles2(getStyles);
  const { title, description } = describeType(type);
  // A breakdown of nothing is none.
  const groupBy = type === 'breakdown' ? catalog.dimensions.slice(0, 1).map(({ id }) => id) : undefined;
  return (
    <section className={styles.example} aria-label={title}>
      <h3>{title}</h3>
      <p>{description}</p>
      <Button
        size="sm"
        variant="secondary"
        aria-label={`${title}: an example`}
        onClick={() => onExample({ queryType: type, ...(groupBy && { groupBy }) })}
      >
        an example
      </Button>
    </section>
  );
}

interface MetricProps {
  catalog: Catalog;
  metric: Metric;
  onExample: (query: Partial<TallyQuery>) => void;
}

function MetricHelp({ catalog, metric, onExample }: MetricProps) {
  const styles = useStyles2(getStyles);
  const examples: Array<[string, Partial<TallyQuery>]> = [
    ['as a number', {}],
    ['over time', { bucket: 'auto' }],
    ['by day', { bucket: 'day' }],
    ...catalog.dimensions
      .slice(0, 2)
      .map(({ id, title }): [string, Partial<TallyQuery>] => [`by ${title.toLowerCase()}`, { groupBy: [id] }]),
  ];
  return (
    <section className={styles.example} aria-label={metric.title}>
      <h3>{metric.title}</h3>
      <p>{metric.description}</p>
      <Stack direction="row" wrap="wrap" gap={1}>
        {examples.map(([name, own]) => (
          <Button
            key={name}
            size="sm"
            variant="secondary"
            aria-label={`${metric.title} ${name}`}
            onClick={() => onExample({ metrics: [metric.id], ...own })}
          >
            {name}
          </Button>
        ))}
      </Stack>
    </section>
  );
}

function Source({ catalog, page, revision }: { catalog: Catalog; page: string; revision: string }) {
  const found = find(catalog.pages, page);
  if (!found?.url) {
    return null;
  }
  return (
    <TextLink href={found.url} external inline>
      {`${found.title}, ${revision}`}
    </TextLink>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  example: css({ borderLeft: `2px solid ${theme.colors.border.medium}`, paddingLeft: theme.spacing(2) }),
});
