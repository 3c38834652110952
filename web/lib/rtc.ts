/**
 * The WebRTC peers of a page: PublishPeer sends the microphone, PosePeer what the webcam shows of a
 * body, WatchPeer plays a session.
 * Each owns one mediasoup transport; close() ends it on both sides. A peer never repairs itself:
 * when `state` says failed, its owner closes it and opens a new one.
 */
import type { types } from 'mediasoup-client';
import type { ConsumerOptions, SessionId, TransportOptions } from '../../server/protocol/index.ts';
import type { Client } from './socket.ts';
import { Store } from './store.ts';

export type PeerState = 'connecting' | 'connected' | 'failed';

type Transport = types.Transport;
type Place = { readonly client: Client; readonly sessionId: SessionId };

/** mediasoup's objects cross our protocol as opaque records; these are the two casts. */
const opaque = (value: object): Record<string, unknown> => value as Record<string, unknown>;
const transportOptions = (options: TransportOptions) =>
  options as unknown as types.TransportOptions;

/** Loads mediasoup-client only here: it is half of the panel's code and not needed to look. */
async function loadDevice({ client, sessionId }: Place): Promise<types.Device> {
  const [{ Device }, capabilities] = await Promise.all([
    import('mediasoup-client'),
    client.request('rtc:capabilities', { sessionId }),
  ]);
  const device = await Device.factory();
  await device.load({
    routerRtpCapabilities: capabilities,
  });
  return device;
}

function wire(client: Client, transport: Transport, state: Store<PeerState>): void {
  transport.on('connect', ({ dtlsParameters }, done, failed) => {
    client
      .request('rtc:connect', {
        transportId: transport.id,
        dtlsParameters: opaque(dtlsParameters),
      })
      .then(() => done(), failed);
  });
  transport.on('connectionstatechange', (next) => {
    if (next === 'connected') state.set('connected');
    if (next === 'failed' || next === 'closed') state.set('failed');
  });
}

/** Closes both sides; the server's may be gone already, which is what we want anyway. */
function closeTransport(client: Client, transport: Transport): void {
  if (transport.closed) return;
  transport.close();
  client.request('rtc:close', { transportId: transport.id }).catch(() => undefined);
}

export class PublishPeer {
  readonly state: Store<PeerState>;
  readonly #client: Client;
  readonly #transport: Transport;
  readonly #producer: types.Producer;

  private constructor(parts: {
    client: Client;
    transport: Transport;
    producer: types.Producer;
    state: Store<PeerState>;
  }) {
    this.#client = parts.client;
    this.#transport = parts.transport;
    this.#producer = parts.producer;
    this.state = parts.state;
  }

  /** The track stays the caller's: closing the peer doesn't stop it. */
  static async open(place: Place & { readonly track: MediaStreamTrack }): Promise<PublishPeer> {
    const { client, sessionId, track } = place;
    const device = await loadDevice(place);
    const options = await client.request('rtc:transport', { sessionId, direction: 'send' });
    const transport = device.createSendTransport(transportOptions(options));
    const state = new Store<PeerState>('connecting');
    wire(client, transport, state);
    transport.on('produce', ({ rtpParameters }, done, failed) => {
      client
        .request('rtc:produce', {
          transportId: options.id,
          kind: 'audio',
          rtpParameters: opaque(rtpParameters),
        })
        .then(({ producerId }) => done({ id: producerId }), failed);
    });
    try {
      const producer = await transport.produce({
        track,
        stopTracks: false,
        zeroRtpOnPause: false,
        codecOptions: { opusStereo: false, opusDtx: false, opusFec: true, opusPtime: 20 },
      });
      return new PublishPeer({ client, transport, producer, state });
    } catch (error) {
      closeTransport(client, transport);
      throw error;
    }
  }

  replaceTrack(track: MediaStreamTrack): Promise<void> {
    return this.#producer.replaceTrack({ track });
  }

  getStats(): Promise<RTCStatsReport> {
    return this.#transport.getStats();
  }

  close(): void {
    closeTransport(this.#client, this.#transport);
  }
}

/** Bytes that may wait in the channel: about two poses. More would be old before it left. */
const MAX_WAITING_BYTES = 1100;

export class PosePeer {
  readonly state: Store<PeerState>;
  readonly #client: Client;
  readonly #transport: Transport;
  readonly #channel: types.DataProducer;

  private constructor(parts: {
    client: Client;
    transport: Transport;
    channel: types.DataProducer;
    state: Store<PeerState>;
  }) {
    this.#client = parts.client;
    this.#transport = parts.transport;
    this.#channel = parts.channel;
    this.state = parts.state;
  }

  static async open(place: Place): Promise<PosePeer> {
    const { client, sessionId } = place;
    const device = await loadDevice(place);
    const options = await client.request('rtc:transport', { sessionId, direction: 'send' });
    const transport = device.createSendTransport(transportOptions(options));
    const state = new Store<PeerState>('connecting');
    wire(client, transport, state);
    transport.on('producedata', ({ sctpStreamParameters }, done, failed) => {
      const streamId = sctpStreamParameters.streamId ?? 0;
      client
        .request('rtc:produceData', {
          transportId: options.id,
          sctpStreamParameters: { streamId, ordered: false, maxRetransmits: 0 },
          label: 'pose',
        })
        .then(({ dataProducerId }) => done({ id: dataProducerId }), failed);
    });
    try {
      const channel = await transport.produceData({
        ordered: false,
        maxRetransmits: 0,
        label: 'pose',
      });
      channel.on('close', () => state.set('failed'));
      return new PosePeer({ client, transport, channel, state });
    } catch (error) {
      closeTransport(client, transport);
      throw error;
    }
  }

  /** False where the pose was dropped: the channel isn't open yet, or earlier ones still wait. */
  send(packet: Uint8Array): boolean {
    const { readyState, bufferedAmount } = this.#channel;
    if (readyState !== 'open' || bufferedAmount > MAX_WAITING_BYTES) return false;
    this.#channel.send(packet);
    return true;
  }

  close(): void {
    closeTransport(this.#client, this.#transport);
  }
}

export class WatchPeer {
  readonly stream: MediaStream;
  readonly state: Store<PeerState>;
  readonly #client: Client;
  readonly #transport: Transport;

  private constructor(parts: {
    client: Client;
    transport: Transport;
    stream: MediaStream;
    state: Store<PeerState>;
  }) {
    this.#client = parts.client;
    this.#transport = parts.transport;
    this.stream = parts.stream;
    this.state = parts.state;
  }

  /** `microphone`: the speaker's voice as it came in, undelayed and without a picture. */
  static async open(
    place: Place & { readonly source?: 'avatar' | 'microphone' },
  ): Promise<WatchPeer> {
    const { client, sessionId, source = 'avatar' } = place;
    const kinds = source === 'avatar' ? (['audio', 'video'] as const) : (['audio'] as const);
    const device = await loadDevice(place);
    const options = await client.request('rtc:transport', { sessionId, direction: 'recv' });
    const transport = device.createRecvTransport(transportOptions(options));
    const state = new Store<PeerState>('connecting');
    wire(client, transport, state);
    try {
      const rtpCapabilities = opaque(device.recvRtpCapabilities);
      const offers = await Promise.all(
        kinds.map((kind) =>
          client.request('rtc:consume', { transportId: options.id, kind, source, rtpCapabilities }),
        ),
      );
      const consumers = await Promise.all(
        offers.map((offer) => transport.consume(consumerOptions(offer, `${sessionId}-${source}`))),
      );
      await Promise.all(
        consumers.map(({ id }) => client.request('rtc:resume', { consumerId: id })),
      );
      const stream = new MediaStream(consumers.map(({ track }) => track));
      return new WatchPeer({ client, transport, stream, state });
    } catch (error) {
      closeTransport(client, transport);
      throw error;
    }
  }

  getStats(): Promise<RTCStatsReport> {
    return this.#transport.getStats();
  }

  close(): void {
    closeTransport(this.#client, this.#transport);
  }
}

/** One stream id for both kinds makes the browser keep lips and sound together. */
function consumerOptions(offer: ConsumerOptions, streamId: string): types.ConsumerOptions {
  return { ...offer, streamId } as unknown as types.ConsumerOptions;
}
