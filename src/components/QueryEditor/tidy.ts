import { typeOf } from '../../queryTypes';
import type { TallyQuery } from '../../types';

/** A query without what is empty or says what is so anyway, so that saved queries are as short as they can be. */
export function tidy(query: TallyQuery): TallyQuery {
  const filled = ([name, value]: [string, unknown]) => {
    if (name === 'queryType' && typeOf(query) === 'counts') {
      return false;
    }
    return typeof value === 'object' && value !== null
      ? Object.keys(value).length > 0
      : value !== undefined && value !== '';
  };
  return { refId: query.refId, ...Object.fromEntries(Object.entries(query).filter(filled)) };
}
