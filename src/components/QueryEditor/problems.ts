import type { PanelData } from '@grafana/data';

import type { Problems } from './row';

/** What Grafana puts before the message of a query that alert rules or expressions run. */
const OF_EXPRESSIONS = /^\[sse\.dataQueryError\] failed to execute query \[(.*?)\]: /;

/**
 * What the back end has refused of a query. Its messages begin with the path of a field, such as filters[0].values; each
 * part of the path leads to the message, so that a form can show it where it knows the field best.
 */
export function problemsOf(refId: string, data: PanelData | undefined): Problems {
  const errors = data?.errors ?? [];
  const error = errors.find((one) => one.refId === refId) ?? errors.find((one) => !one.refId);
  const whole = error?.data?.message ?? error?.message ?? '';
  const [before = '', named = refId] = OF_EXPRESSIONS.exec(whole) ?? [];
  const [, path, text] = /^([a-zA-Z]+[\w.[\]]*): ([^]+)$/.exec(whole.slice(before.length)) ?? [];
  if (!path || named !== refId) {
    return {};
  }
  const ends = [...path.matchAll(/[.[]|$/g)].map(({ index }) => index);
  return Object.fromEntries(ends.map((end) => [path.slice(0, end), text]));
}
