import React from 'react';

import { migrate } from '../../migrate';
import { asType } from '../../queryTypes';
import { QueryForm, type Props } from '../QueryEditor/QueryForm';
import { WithCatalog } from '../WithCatalog';

/** Which events to mark on the time axis of a dashboard: the form of a query, of the one type that does. */
export function AnnotationEditor(props: Props) {
  return (
    <WithCatalog datasource={props.datasource}>
      {(catalog) => (
        <QueryForm {...props} catalog={catalog} query={asType(migrate(props.query), 'annotations').query} />
      )}
    </WithCatalog>
  );
}
