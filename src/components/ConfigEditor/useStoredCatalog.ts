import { getBackendSrv } from '@grafana/runtime';
import { useCallback } from 'react';

import type { Catalog } from '../../catalog';
import { useLoaded, type Loaded } from '../../hooks/useLoaded';

/** The catalogue of a data source that is being set up. It needs no settings: it is there before they have been saved. */
export function useStoredCatalog(uid: string): Loaded<Catalog> {
  const load = useCallback(
    () =>
      getBackendSrv().get<Catalog>(`/api/datasources/uid/${uid}/resources/catalog`, undefined, undefined, {
        showErrorAlert: false,
      }),
    [uid]
  );
  return useLoaded(load);
}
