import { FieldType, LoadingState, type DataFrame, type DataQueryError, type DataQueryResponse } from '@grafana/data';

/** What a panel shows of several answers: those with the same key take the place of one another, others stand beside. */
export interface Shown {
  state: LoadingState;
  series: DataFrame[];
  errors?: DataQueryError[];
  packets: Record<string, DataQueryResponse>;
}

export const nothing: Shown = { state: LoadingState.Loading, series: [], packets: {} };

export function add(shown: Shown, answer: DataQueryResponse): Shown {
  const packets = { ...shown.packets, [answer.key ?? 'ordinary']: answer };
  const all = Object.values(packets);
  const errors = all.flatMap((one) => one.errors ?? []);
  const state = errors.length > 0 ? LoadingState.Error : (answer.state ?? LoadingState.Done);
  const series = all.flatMap(({ data }) => data as DataFrame[]);
  return { state, series, packets, ...(errors.length > 0 && { errors }) };
}

/** What the back end says beside its numbers. */
export function notices({ series }: Shown): string[] {
  return series.flatMap(({ meta }) => (meta?.notices ?? []).map(({ text }) => text));
}

/** The numbers of the first column that has some, as they are: a panel shortens them. */
export function numbers({ series }: Shown): number[] {
  const fields = series.flatMap((frame) => frame.fields);
  return [...(fields.find(({ type }) => type === FieldType.number)?.values ?? [])];
}
