import { useRef } from 'react';

import type { Catalog } from '../../catalog';
import { asType, takes, type Field } from '../../queryTypes';
import type { QueryType, TallyQuery } from '../../types';

/**
 * Makes a query one of another type. What the type has no use for is kept while the editor is open, and is there again
 * for a type that has.
 */
export function useType(query: TallyQuery): (type: QueryType, catalog: Catalog) => TallyQuery {
  const kept = useRef<Partial<TallyQuery>>({});
  return (type, catalog) => {
    const { query: changed, unused } = asType(query, type);
    const known = Object.entries({ ...kept.current, ...unused });
    const fits = ([name]: [string, unknown]) => takes(changed, name as Field);
    const isOpen = ([name]: [string, unknown]) => changed[name as Field] === undefined;
    kept.current = Object.fromEntries(known.filter((entry) => !fits(entry)));
    const whole: TallyQuery = {
      ...changed,
      ...Object.fromEntries(known.filter((entry) => fits(entry) && isOpen(entry))),
    };
    // A breakdown of nothing is none.
    const first = catalog.dimensions[0]?.id;
    return type === 'breakdown' && !whole.groupBy?.length && first ? { ...whole, groupBy: [first] } : whole;
  };
}
