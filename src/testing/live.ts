import {
  LiveChannelConnectionState,
  LiveChannelEventType,
  toDataFrame,
  dataFrameToJSON,
  type DataFrameJSON,
  type LiveChannelAddress,
  type LiveChannelEvent,
} from '@grafana/data';
import { config, setGrafanaLiveSrv, type GrafanaLiveSrv } from '@grafana/runtime';
import { Subject } from 'rxjs';

type Event = LiveChannelEvent<DataFrameJSON>;

/** Grafana Live with channels that a test speaks into. */
export class Live {
  /** What has been subscribed to, in this order. */
  readonly addresses: LiveChannelAddress[] = [];
  private readonly channels = new Map<string, Subject<Event>>();

  constructor() {
    config.liveEnabled = true;
    const getStream = (address: LiveChannelAddress) => {
      this.addresses.push(address);
      return this.channel(address.path);
    };
    setGrafanaLiveSrv({ getStream } as unknown as GrafanaLiveSrv);
  }

  /** Whether anybody listens. */
  isOpen(path: string): boolean {
    return this.channel(path).observed;
  }

  push(path: string, numbers: number[]) {
    const message = dataFrameToJSON(toDataFrame({ fields: [{ name: 'calls', values: numbers }] }));
    this.channel(path).next({ type: LiveChannelEventType.Message, message });
  }

  /** The channel's state, as Grafana tells it: with the last message to who comes later. */
  say(path: string, state: LiveChannelConnectionState, rest: { error?: unknown; message?: DataFrameJSON } = {}) {
    this.channel(path).next({ type: LiveChannelEventType.Status, id: path, timestamp: 0, state, ...rest });
  }

  private channel(path: string): Subject<Event> {
    const channel = this.channels.get(path) ?? new Subject<Event>();
    this.channels.set(path, channel);
    return channel;
  }
}
