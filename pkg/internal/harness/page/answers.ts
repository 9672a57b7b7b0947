import {
  FieldType,
  LoadingState,
  type DataFrame,
  type DataQueryError,
  type DataQueryRequest,
  type DataQueryResponse,
} from '@grafana/data';
import { useEffect, useState } from 'react';

import type { TallyDataSource } from '../../../../src/datasource';
import type { TallyQuery } from '../../../../src/types';
import { isNewest } from './request';

declare global {
  interface Window {
    /** Says whether what is shown answers what was asked last. */
    isAnswered?: () => boolean;
  }
}

/** What a panel shows of several answers: those with the same key take the place of one another, others stand beside. */
export interface Shown {
  state: LoadingState;
  series: DataFrame[];
  errors?: DataQueryError[];
  packets: Record<string, DataQueryResponse>;
}

const nothing: Shown = { state: LoadingState.Loading, series: [], packets: {} };

/** Asks, and shows the answers to this request alone. */
export function useShown(datasource: TallyDataSource, request: DataQueryRequest<TallyQuery>): Shown {
  const [answered, setAnswered] = useState<{ request?: typeof request; shown: Shown }>({ shown: nothing });
  useEffect(() => {
    const running = datasource.query(request).subscribe((answer) =>
      setAnswered((before) => ({
        request,
        shown: add(before.request === request ? before.shown : nothing, answer),
      }))
    );
    return () => running.unsubscribe();
  }, [datasource, request]);
  useEffect(() => {
    window.isAnswered = () => isNewest(answered.request);
  }, [answered]);
  return answered.request === request ? answered.shown : nothing;
}

function add(shown: Shown, answer: DataQueryResponse): Shown {
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
