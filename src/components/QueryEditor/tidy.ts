import { typeOf } from '../../queryTypes';
import type { TallyQuery } from '../../types';

/**
 * A query without what is empty. Its names stay, with nothing under them: editors of Grafana's that lay a change over
 * the saved query would otherwise keep what has been cleared, and JSON leaves them out. The type is always named, for the
 * same reason.
 */
export function tidy(query: TallyQuery): TallyQuery {
  const value = (entry: unknown) => (isEmpty(entry) ? undefined : entry);
  const entries = Object.entries(query).map(([name, entry]) => [name, value(entry)]);
  return { ...Object.fromEntries(entries), refId: query.refId, queryType: typeOf(query) };
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null ? Object.keys(value).length === 0 : value === '';
}
