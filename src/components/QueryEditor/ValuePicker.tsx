import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { FieldValidationMessage, MultiCombobox, Stack, useStyles2, type ComboboxOption } from '@grafana/ui';
import React, { useEffect, useMemo, useState } from 'react';

import { namedValues, type Catalog, type DimensionValue } from '../../catalog';
import type { Asked, TallySource } from '../../source';
import { failure } from '../../failure';
import type { TallyQuery } from '../../types';
import { chosen, matching, withVariables } from '../options';

interface Props {
  id: string;
  label: string;
  datasource: TallySource;
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

  const styles = useStyles2(getStyles);
  const missing = dimension !== '' && values.length === 0;
  return (
    <Stack direction="column" gap={0}>
      <div className={styles.list}>
        <MultiCombobox
          id={props.id}
          aria-labelledby={`${props.id}-label`}
          options={async (typed) => withTyped(matching(options(await load().then(keep, say)), typed), typed)}
          value={values.map((value) => chosen(known, value))}
          onChange={(picked) => props.onChange(picked.map((option) => option.value))}
          placeholder={dimension ? 'Choose values' : 'Choose a dimension first'}
          disabled={!dimension}
          isClearable
        />
      </div>
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

/** Values are ids and numbers: what is neither is the beginning of a name. */
function withTyped(options: ComboboxOption[], typed: string): ComboboxOption[] {
  const value = typed.trim();
  const isValue = /^\d+$|^\{?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i.test(value);
  const known = options.some((option) => option.value === value);
  return isValue && !known ? [...options, { value, label: value, description: 'Use this value' }] : options;
}

function conversationsText(count: number): string {
  return count === 1 ? '1 conversation' : `${count.toLocaleString('en')} conversations`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  // The list's own width would be in other units where it decides how many values it can show.
  list: css({ width: theme.spacing(44) }),
});
