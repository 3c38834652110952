/**
 * The WebRTC peers of a page: PublishPeer sends the microphone and music, PosePeer what the webcam shows of a
 * body, WatchPeer plays a session.
 * Each owns one mediasoup transport; close() ends it on both sides. A peer never repairs itself:
 * when `state` says failed, its owner closes it and opens a new one.
 */
import type { types } from 'mediasoup-client';
import type {
  AudioRole,
  ConsumerOptions,
  ProducerId,
  SessionId,
  TransportOptions,
} from '../../server/protocol/index.ts';
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

/** How each sound is coded; music keeps both its sides. */
const CODING: Readonly<Record<AudioRole, types.ProducerCodecOptions>> = {
  voice: { opusStereo: false, opusDtx: false, opusFec: true, opusPtime: 20 },
  music: {
    opusStereo: true,
    opusDtx: false,
    opusFec: false,
    opusPtime: 20,
    opusMaxAverageBitrate: 128_000,
  },
};

export type SentTracks = Partial<Readonly<Record<AudioRole, MediaStreamTrack | null>>>;

export class PublishPeer {
  readonly state: Store<PeerState>;
  readonly #client: Client;
  readonly #transport: Transport;
  readonly #producers = new Map<AudioRole, types.Producer>();

  private constructor(parts: { client: Client; transport: Transport; state: Store<PeerState> }) {
    this.#client = parts.client;
    this.#transport = parts.transport;
    this.state = parts.state;
  }

  /** The tracks stay the caller's: closing the peer doesn't stop them. */
  static async open(place: Place & { readonly tracks: SentTracks }): Promise<PublishPeer> {
    const { client, sessionId, tracks } = place;
    const device = await loadDevice(place);
    const options = await client.request('rtc:transport', { sessionId, direction: 'send' });
    const transport = device.createSendTransport(transportOptions(options));
    const state = new Store<PeerState>('connecting');
    wire(client, transport, state);
    transport.on('produce', ({ rtpParameters, appData }, done, failed) => {
      client
        .request('rtc:produce', {
          transportId: options.id,
          kind: 'audio',
          role: appData['role'] as AudioRole,
          rtpParameters: opaque(rtpParameters),
        })
        .then(({ producerId }) => done({ id: producerId }), failed);
    });
    const peer = new PublishPeer({ client, transport, state });
    try {
      await peer.send('voice', tracks.voice ?? null);
      await peer.send('music', tracks.music ?? null);
      return peer;
    } catch (error) {
      closeTransport(client, transport);
      throw error;
    }
  }

  /** Sends this track instead of the one before; null ends the sound. */
  async send(role: AudioRole, track: MediaStreamTrack | null): Promise<void> {
    const producer = this.#producers.get(role);
    if (track && producer) return producer.replaceTrack({ track });
    if (track) {
      const codecOptions = CODING[role];
      const appData = { role };
      const shape = { stopTracks: false, zeroRtpOnPause: false };
      const made = await this.#transport.produce({ track, ...shape, codecOptions, appData });
      this.#producers.set(role, made);
    } else if (producer) {
      this.#producers.delete(role);
      producer.close();
      const producerId = producer.id as ProducerId;
      const transportId = this.#transport.id as TransportOptions['id'];
      await this.#client.request('rtc:unproduce', { transportId, producerId });
    }
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
  /** What the avatar dances to, apart from its voice: browsers lip-sync one sound to a picture. */
  readonly music: MediaStream;
  readonly state: Store<PeerState>;
  readonly #client: Client;
  readonly #transport: Transport;

  private constructor(parts: {
    client: Client;
    transport: Transport;
    stream: MediaStream;
    music: MediaStream;
    state: Store<PeerState>;
  }) {
    this.#client = parts.client;
    this.#transport = parts.transport;
    this.stream = parts.stream;
    this.music = parts.music;
    this.state = parts.state;
  }

  /** `microphone`: the speaker's voice as it came in, undelayed and without a picture. */
  static async open(
    place: Place & { readonly source?: 'avatar' | 'overlay' | 'microphone' | 'ingest' },
  ): Promise<WatchPeer> {
    const { client, sessionId, source = 'avatar' } = place;
    const device = await loadDevice(place);
    const options = await client.request('rtc:transport', { sessionId, direction: 'recv' });
    const transport = device.createRecvTransport(transportOptions(options));
    const state = new Store<PeerState>('connecting');
    wire(client, transport, state);
    try {
      const rtpCapabilities = opaque(device.recvRtpCapabilities);
      const offers = await Promise.all(
        TRACKS[source].map((track) =>
          client.request('rtc:consume', { transportId: options.id, rtpCapabilities, ...track }),
        ),
      );
      const consumers = await Promise.all(
        offers.map((offer, i) => {
          const group = TRACKS[source][i]!.source === 'music' ? 'music' : source;
          return transport.consume(consumerOptions(offer, `${sessionId}-${group}`));
        }),
      );
      await Promise.all(
        consumers.map(({ id }) => client.request('rtc:resume', { consumerId: id })),
      );
      const tracksOf = (music: boolean) =>
        consumers.flatMap(({ track }, i) =>
          (TRACKS[source][i]!.source === 'music') === music ? [track] : [],
        );
      const [stream, music] = [new MediaStream(tracksOf(false)), new MediaStream(tracksOf(true))];
      return new WatchPeer({ client, transport, stream, music, state });
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

/** What is asked for of each source. */
const TRACKS = {
  avatar: [
    { kind: 'audio', source: 'avatar' },
    { kind: 'video', source: 'avatar' },
    { kind: 'audio', source: 'music' },
  ],
  overlay: [
    { kind: 'audio', source: 'avatar' },
    { kind: 'video', source: 'overlay' },
    { kind: 'audio', source: 'music' },
  ],
  microphone: [{ kind: 'audio', source: 'microphone' }],
  ingest: [{ kind: 'video', source: 'ingest' }],
} as const;

/** One stream id for voice and picture makes the browser keep lips and sound together. */
function consumerOptions(offer: ConsumerOptions, streamId: string): types.ConsumerOptions {
  return { ...offer, streamId } as unknown as types.ConsumerOptions;
}
