import { useCallback } from 'react';

import type { Catalog } from '../catalog';
import type { TallySource } from '../source';
import { useLoaded, type Loaded } from './useLoaded';

export function useCatalog(datasource: TallySource): Loaded<Catalog> {
  return useLoaded(useCallback(() => datasource.catalog(), [datasource]));
}
