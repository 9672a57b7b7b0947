import { takes } from './queryTypes';
import type { TallyQuery } from './types';

/** What panels draw, by their plugin ids. Panels that draw several shapes get what the query's bucket suggests. */
const drawn: Record<string, string> = {
  stat: 'stat',
  gauge: 'stat',
  bargauge: 'stat',
  piechart: 'stat',
  timeseries: 'series',
  table: 'table',
};

/**
 * A query in the shape that its panel draws, unless somebody has chosen one: by the field for it, or by a bucket that
 * says more than "automatic".
 */
export function shapedFor(query: TallyQuery, panel: string | undefined): TallyQuery {
  const { format = 'auto', bucket = 'auto' } = query;
  const shape = drawn[panel ?? ''];
  if (!shape || format !== 'auto' || !takes(query, 'format') || (shape !== 'table' && bucket !== 'auto')) {
    return query;
  }
  return { ...query, format: shape };
}
