import { QUERY_VERSION, type TallyQuery } from './types';

/**
 * A saved query of an older version as one of this version, for the editors: what they save must mean what was saved
 * before. The back end does the same for queries that no editor has touched.
 */
export function migrate(query: TallyQuery): TallyQuery {
  if ((query.version ?? 1) >= QUERY_VERSION) {
    return query;
  }
  // Up to version 1 the real-time view, too, counted the panel's time range unless it named a window.
  const window = query.window || (query.view === 'realtime' ? 'range' : undefined);
  return { ...query, version: QUERY_VERSION, ...(window && { window }) };
}
