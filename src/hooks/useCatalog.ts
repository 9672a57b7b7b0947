import { useCallback } from 'react';

import type { Catalog } from '../catalog';
import type { TallyDataSource } from '../datasource';
import { useLoaded, type Loaded } from './useLoaded';

export function useCatalog(datasource: TallyDataSource): Loaded<Catalog> {
  return useLoaded(useCallback(() => datasource.catalog(), [datasource]));
}
