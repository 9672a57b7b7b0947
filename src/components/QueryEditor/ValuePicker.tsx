import { FieldValidationMessage, MultiCombobox, Stack, type ComboboxOption } from '@grafana/ui';
import React, { useEffect, useMemo, useState } from 'react';

import { namedValues, type Catalog, type DimensionValue } from '../../catalog';
import type { Asked, TallyDataSource } from '../../datasource';
import { failure } from '../../failure';
import type { TallyQuery } from '../../types';
import { chosen, matching, withVariables } from '../options';

interface Props {
  id: string;
  label: string;
  datasource: TallyDataSource;
  catalog: Catalog;
  dimension: string;
  query: Partial<TallyQuery>;
  asked: Asked;
  variables: string[];
  values: string[];
  onChange: (values: string[]) => void;
}

/**
 * The values of a filter. Offered are those that occur among the query's conversations, with their numbers, then those
 * that the catalogue names; Dataverse is asked when the list is opened, and at once where saved ids need their names.
 */
export function ValuePicker(props: Props) {
  const { datasource, catalog, dimension, query, asked, variables, values } = props;
  const named = useMemo(() => namedValues(catalog, dimension), [catalog, dimension]);
  const [occurring, setOccurring] = useState<DimensionValue[]>([]);
  const [error, setError] = useState<string>();

  const load = () => (dimension ? datasource.values(dimension, query, asked) : Promise.resolve([]));
  const keep = (found: DimensionValue[]) => {
    setOccurring(found);
    setError(undefined);
    return found;
  };
  // The names of the catalogue can still be chosen from.
  const say = (problem: unknown): DimensionValue[] => {
    setError(failure(problem));
    return [];
  };

  const options = (found: DimensionValue[]) => withVariables(offered(found, named), variables);
  const known = options(occurring);
  const nameless = values.some((value) => !value.startsWith('$') && !known.some((option) => option.value === value));
  useEffect(() => {
    if (nameless) {
      load().then(keep, say);
    }
    // Once for a row: names do not change while a query is edited.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const missing = dimension !== '' && values.length === 0;
  return (
    <Stack direction="column" gap={0}>
      <MultiCombobox
        id={props.id}
        aria-labelledby={`${props.id}-label`}
        options={async (typed) => matching(options(await load().then(keep, say)), typed)}
        value={values.map((value) => chosen(known, value))}
        onChange={(picked) => props.onChange(picked.map((option) => option.value))}
        placeholder={dimension ? 'Choose values' : 'Choose a dimension first'}
        disabled={!dimension}
        width={44}
        isClearable
        createCustomValue
      />
      <span id={`${props.id}-label`} hidden>
        {props.label}
      </span>
      {missing && !error && (
        <FieldValidationMessage>Choose at least one value, or remove the filter</FieldValidationMessage>
      )}
      {error && <FieldValidationMessage>{error}</FieldValidationMessage>}
    </Stack>
  );
}

/** Null is not among them: it has operators of its own. */
function offered(occurring: DimensionValue[], named: Array<{ value: string; label: string }>): ComboboxOption[] {
  const found = occurring
    .filter((v) => !v.null)
    .map(({ value, label, conversations }) => ({ value, label, description: conversationsText(conversations) }));
  const others = named.filter(({ value }) => !found.some((option) => option.value === value));
  return [...found, ...others];
}

function conversationsText(count: number): string {
  return count === 1 ? '1 conversation' : `${count.toLocaleString('en')} conversations`;
}
