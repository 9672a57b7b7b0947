import { Button, InlineLabel, Stack } from '@grafana/ui';
import React from 'react';

import type { Catalog } from '../../catalog';
import type { Asked, TallySource } from '../../source';
import type { Filter, TallyQuery } from '../../types';
import { FilterRow } from './FilterRow';
import { isComplete, newFilter } from './filters';
import { LABEL_WIDTH, type Problems } from './row';

interface Props {
  /** Unique on the page. */
  id: string;
  datasource: TallySource;
  catalog: Catalog;
  /** The query whose conversations the offered values are of; its filters are those of the other rows. */
  query: Partial<TallyQuery>;
  asked: Asked;
  filters: Filter[];
  /** A filter that is not complete yet is kept, but there is nothing to run. */
  onChange: (filters: Filter[], complete: boolean) => void;
  problems?: Problems;
}

/** The filters of a query, one in a row. */
export function FilterList({ id, datasource, catalog, query, asked, filters, onChange, problems = {} }: Props) {
  const change = (changed: Filter[]) => onChange(changed, changed.every(isComplete));
  return (
    <Stack direction="row" gap={0} alignItems="flex-start">
      <InlineLabel
        as="span"
        id={`${id}-filters`}
        width={LABEL_WIDTH}
        tooltip="Only conversations to which all of these apply are counted."
      >
        Filters
      </InlineLabel>
      <div role="group" aria-labelledby={`${id}-filters`}>
        <Stack direction="column" gap={0.5}>
          {filters.map((filter, i) => (
            <FilterRow
              key={i}
              id={`${id}-filter-${i}`}
              name={`Filter ${i + 1}`}
              datasource={datasource}
              catalog={catalog}
              query={{ ...query, filters: filters.filter((other, j) => j !== i && isComplete(other)) }}
              asked={asked}
              filter={filter}
              problem={problems[`filters[${i}]`]}
              onChange={(changed) => change(filters.map((other, j) => (j === i ? changed : other)))}
              onRemove={() => change(filters.filter((_, j) => j !== i))}
            />
          ))}
          <div>
            <Button variant="secondary" icon="plus" onClick={() => change([...filters, newFilter()])}>
              Add filter
            </Button>
          </div>
        </Stack>
      </div>
    </Stack>
  );
}
