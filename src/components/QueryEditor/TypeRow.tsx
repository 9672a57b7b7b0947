import { InlineField, RadioButtonGroup } from '@grafana/ui';
import React from 'react';

import { describeType, panelTypes, typeOf } from '../../queryTypes';
import type { QueryType, TallyQuery } from '../../types';
import { idOf, LABEL_WIDTH } from './row';

interface Props {
  query: TallyQuery;
  onChange: (type: QueryType) => void;
}

/** What the query asks for. A type that no panel offers is shown where a query has it. */
export function TypeRow({ query, onChange }: Props) {
  const type = typeOf(query);
  const types = panelTypes.includes(type) ? panelTypes : [...panelTypes, type];
  const options = types.map((value) => {
    const { title, description } = describeType(value);
    return { value, label: title, description };
  });
  return (
    <InlineField
      label="Query type"
      tooltip="What to ask for. What you have filled in for one type is kept while you look at another."
      labelWidth={LABEL_WIDTH}
      htmlFor={idOf(query, 'type')}
    >
      <RadioButtonGroup
        id={idOf(query, 'type')}
        aria-label="Query type"
        options={options}
        value={type}
        onChange={onChange}
      />
    </InlineField>
  );
}
