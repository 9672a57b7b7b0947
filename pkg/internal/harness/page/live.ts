import {
  LiveChannelConnectionState,
  LiveChannelEventType,
  type DataFrameJSON,
  type LiveChannelAddress,
  type LiveChannelEvent,
} from '@grafana/data';
import { Observable } from 'rxjs';

interface Message {
  frame?: DataFrameJSON;
  error?: string;
}

/** A channel of the data source, over an answer that goes on until nobody listens any more. */
export function getStream<T>({ path, data }: LiveChannelAddress): Observable<LiveChannelEvent<T>> {
  return new Observable((subscriber) => {
    const leaving = new AbortController();
    const status = { type: LiveChannelEventType.Status, id: path, timestamp: Date.now() } as const;
    subscriber.next({ ...status, state: LiveChannelConnectionState.Connected });
    const listen = async () => {
      const body = JSON.stringify({ path, data });
      const answer = await fetch('/harness/live', { method: 'POST', body, signal: leaving.signal });
      for await (const { frame, error } of lines(answer.body!)) {
        subscriber.next(
          error
            ? { ...status, state: LiveChannelConnectionState.Shutdown, error }
            : { type: LiveChannelEventType.Message, message: frame as T }
        );
      }
    };
    listen().catch((error) => leaving.signal.aborted || subscriber.error(error));
    return () => leaving.abort();
  });
}

async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<Message> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const complete = (rest + part.value).split('\n');
    rest = complete.pop()!;
    yield* complete.map((line) => JSON.parse(line) as Message);
  }
}
