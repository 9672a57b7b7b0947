import { Alert, Button, LoadingPlaceholder } from '@grafana/ui';
import React, { type ReactElement } from 'react';

import type { Catalog } from '../catalog';
import type { TallySource } from '../source';
import { useCatalog } from '../hooks/useCatalog';

interface Props {
  datasource: TallySource;
  children: (catalog: Catalog) => ReactElement;
}

/** Shows what needs the catalogue once it is there, and why it is not where it cannot be had. */
export function WithCatalog({ datasource, children }: Props) {
  const { value, error, retry } = useCatalog(datasource);
  if (error) {
    return (
      <Alert title="The catalogue cannot be loaded" severity="error">
        <p>{error}</p>
        <Button variant="secondary" onClick={retry}>
          Try again
        </Button>
      </Alert>
    );
  }
  return value ? children(value) : <LoadingPlaceholder text="Loading the catalogue …" />;
}
