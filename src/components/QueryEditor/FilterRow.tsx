import { Box, FieldValidationMessage, IconButton, Stack } from '@grafana/ui';
import React from 'react';

import type { Catalog } from '../../catalog';
import type { Asked, TallySource } from '../../source';
import type { Filter, TallyQuery } from '../../types';
import { Choice } from '../Choice';
import { chosen, optionsOf, withVariables } from '../options';
import { operators, takesValues } from './filters';
import { ValuePicker } from './ValuePicker';

interface Props {
  id: string;
  /** What to call the row to people who cannot see it. */
  name: string;
  datasource: TallySource;
  catalog: Catalog;
  query: Partial<TallyQuery>;
  asked: Asked;
  filter: Filter;
  onChange: (filter: Filter) => void;
  onRemove: () => void;
  /** Why the back end does not take it. */
  problem?: string;
}

/** Dimension, operator and values of one filter. */
export function FilterRow(props: Props) {
  const { id, name, datasource, catalog, query, asked, filter, onChange, onRemove, problem } = props;
  const { dimension, operator, values = [] } = filter;
  const variables = datasource.variableNames();
  const dimensions = withVariables(optionsOf(catalog.dimensions), variables);

  const changeOperator = (changed: string) =>
    onChange(takesValues(changed) ? { dimension, operator: changed, values } : { dimension, operator: changed });

  return (
    <Stack direction="row" gap={0.5} alignItems="flex-start" wrap="wrap">
      <Choice
        id={`${id}-dimension`}
        name={`${name}: dimension`}
        options={dimensions}
        value={dimension ? chosen(dimensions, dimension) : null}
        // The values of one dimension mean nothing to another.
        onChange={(value) => onChange({ ...filter, dimension: value, ...(takesValues(operator) && { values: [] }) })}
        placeholder="Choose a dimension"
        width={24}
      />
      <Choice
        id={`${id}-operator`}
        name={`${name}: operator`}
        options={operators}
        value={chosen(operators, operator)}
        onChange={(value) => changeOperator(value)}
        width={18}
      />
      {takesValues(operator) && (
        <ValuePicker
          // Another dimension has other values: nothing of the old list may be left over.
          key={dimension}
          id={`${id}-values`}
          label={`${name}: values`}
          datasource={datasource}
          catalog={catalog}
          dimension={dimension}
          query={query}
          asked={asked}
          variables={variables}
          values={values}
          onChange={(changed) => onChange({ ...filter, values: changed })}
        />
      )}
      <Box paddingTop={1}>
        <IconButton name="trash-alt" tooltip={`Remove ${name.toLowerCase()}`} onClick={onRemove} />
      </Box>
      {problem && <FieldValidationMessage>{problem}</FieldValidationMessage>}
    </Stack>
  );
}
