import { useCallback, useEffect, useState } from 'react';

import { failure } from '../failure';

export interface Loaded<T> {
  value?: T;
  /** A sentence for people. */
  error?: string;
  retry: () => void;
}

/** What `load` brings; loaded again whenever `load` is another function. An answer that comes too late is dropped. */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<{ of?: () => Promise<T>; value?: T; error?: string }>({});

  useEffect(() => {
    let wanted = true;
    load().then(
      (value) => wanted && setState({ of: load, value }),
      (error: unknown) => wanted && setState({ of: load, error: failure(error) })
    );
    return () => {
      wanted = false;
    };
  }, [load, attempt]);

  const retry = useCallback(() => setAttempt((n) => n + 1), []);
  return state.of === load ? { value: state.value, error: state.error, retry } : { retry };
}
