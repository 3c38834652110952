/**
 * One session's place in mediasoup: a router, the direct transport that carries microphone and music
 * in and the avatar out, and the peers' WebRTC transports. Main thread; owned by the session. When
 * the worker dies the room builds itself anew and its peers are told to do the same.
 */
import { randomInt } from 'node:crypto';
import type { types } from 'mediasoup';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { AUDIO_ROLES, type AudioRole } from '../protocol/session.ts';
import type { MediaServer } from './media-server.ts';
import { openDirect, type Direct, type OutStream } from './direct.ts';

const MAX_TRANSPORTS = 600;
const MAX_INCOMING_BPS = 1_500_000;
/** Larger messages never leave the worker; poses have 517 bytes at most. */
const MAX_DATA_MESSAGE_BYTES = 16 * 1024;

/** What clients send as opaque objects; mediasoup checks them deeply. */
export type RtcTypes = {
  readonly dtlsParameters: types.DtlsParameters;
  readonly rtpParameters: types.RtpParameters;
  readonly rtpCapabilities: types.RtpCapabilities;
};

export type SctpStreamParameters = types.SctpStreamParameters;

export type RoomEvents = {
  readonly voice: AudioInEvents;
  readonly music: AudioInEvents;
  /** One message of the pose channel, unchecked. The buffer is the receiver's to keep. */
  readonly onPosePacket: (packet: Buffer) => void;
  /** A viewer needs a key frame of the picture. */
  readonly onKeyframeRequest: () => void;
  readonly onOverlayKeyframeRequest: () => void;
  /** Who watches, and how many of them the overlay. */
  readonly onViewers: (count: number, overlays: number) => void;
  /** The room was rebuilt: transports of before are gone. */
  readonly onRebuilt: () => void;
};

export type AudioInEvents = {
  /** One RTP packet, as it came. The buffer is the receiver's to keep. */
  readonly onPacket: (packet: Buffer) => void;
  readonly onConnected: (connected: boolean) => void;
};

export type RoomOptions = {
  readonly media: MediaServer;
  readonly cname: string;
  readonly video: OutStream;
  readonly audio: OutStream;
  readonly music: OutStream;
  readonly overlay: OutStream;
  readonly events: RoomEvents;
  readonly log: Logger;
};

type Core = { readonly router: types.Router; readonly direct: Direct };

export class Room {
  readonly #options: RoomOptions;
  readonly #transports = new Map<string, types.WebRtcTransport>();
  readonly #consumers = new Map<string, types.Consumer>();
  readonly #unsubscribe: () => void;
  #core: Core;
  readonly #plain = new Map<AudioRole, types.PlainTransport>();
  readonly #inputs = new Map<AudioRole, types.Producer>();
  #poses: types.DataProducer | undefined;
  #closed = false;

  private constructor(options: RoomOptions, core: Core) {
    this.#options = options;
    this.#core = core;
    this.#unsubscribe = options.media.onReplaced(() => this.#rebuild());
  }

  static async open(options: RoomOptions): Promise<Room> {
    return new Room(options, await buildCore(options));
  }

  get capabilities(): types.RouterRtpCapabilities {
    return this.#core.router.rtpCapabilities;
  }

  /** Sends one RTP packet of the avatar's picture. */
  sendVideo(packet: Buffer): void {
    if (!this.#core.direct.video.closed) this.#core.direct.video.send(packet);
  }

  /** Sends one RTP packet of the speaker's voice. */
  sendAudio(packet: Buffer): void {
    if (!this.#core.direct.audio.closed) this.#core.direct.audio.send(packet);
  }

  /** Sends one RTP packet of the music. */
  sendMusic(packet: Buffer): void {
    if (!this.#core.direct.music.closed) this.#core.direct.music.send(packet);
  }

  /** Sends one RTP packet of the overlay's picture. */
  sendOverlay(packet: Buffer): void {
    if (!this.#core.direct.overlay.closed) this.#core.direct.overlay.send(packet);
  }

  sendRtcp(compound: Buffer): void {
    if (!this.#core.direct.transport.closed) this.#core.direct.transport.sendRtcp(compound);
  }

  /** `send` ones can carry a pose channel. */
  async openTransport(direction: 'send' | 'recv'): Promise<types.WebRtcTransport> {
    if (this.#transports.size >= MAX_TRANSPORTS) {
      throw new AppError('too_many', `This session has its ${MAX_TRANSPORTS} connections already`);
    }
    const transport = await this.#core.router.createWebRtcTransport({
      webRtcServer: this.#options.media.webRtcServer,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      initialAvailableOutgoingBitrate: 3_000_000,
      enableSctp: direction === 'send',
      maxReceiveMessageSize: MAX_DATA_MESSAGE_BYTES,
    });
    await transport.setMaxIncomingBitrate(MAX_INCOMING_BPS);
    this.#transports.set(transport.id, transport);
    transport.observer.once('close', () => this.#transports.delete(transport.id));
    return transport;
  }

  /** Throws `bad_request` when mediasoup refuses the parameters. */
  async connect(transportId: string, dtlsParameters: types.DtlsParameters): Promise<void> {
    await checked(this.transport(transportId).connect({ dtlsParameters }));
  }

  transport(id: string): types.WebRtcTransport {
    const transport = this.#transports.get(id);
    if (!transport) throw new AppError('not_found', `There is no transport '${id}' here`);
    return transport;
  }

  hasTransport(id: string): boolean {
    return this.#transports.has(id);
  }

  /** Closes a transport and all it carries; one that is gone already is fine. */
  closeTransport(id: string): void {
    this.#transports.get(id)?.close();
  }

  consumer(id: string): types.Consumer {
    const consumer = this.#consumers.get(id);
    if (!consumer) throw new AppError('not_found', `There is no consumer '${id}' here`);
    return consumer;
  }

  /** Takes a sound. A second one of its role replaces the first: the streamer reloaded or switched. */
  async produce(
    transportId: string,
    role: AudioRole,
    rtpParameters: types.RtpParameters,
  ): Promise<types.Producer> {
    const mimeType = rtpParameters.codecs?.[0]?.mimeType?.toLowerCase();
    if (mimeType !== 'audio/opus') {
      throw new AppError(
        'unsupported_codec',
        `The codec of the ${role} is '${mimeType ?? 'missing'}'; only audio/opus is taken`,
      );
    }
    const producer = await checked(
      this.transport(transportId).produce({
        kind: 'audio',
        rtpParameters,
        appData: { transportId },
      }),
    );
    await this.#attach(role, producer);
    return producer;
  }

  /** Ends a sound; one that is gone already, or another transport's, stays as it is. */
  unproduce(transportId: string, producerId: string): void {
    for (const producer of this.#inputs.values()) {
      if (producer.id === producerId && producer.appData['transportId'] === transportId) {
        producer.close();
      }
    }
  }

  /** Takes a pose channel. A second one replaces the first. */
  async producePoses(
    transportId: string,
    sctpStreamParameters: types.SctpStreamParameters,
  ): Promise<types.DataProducer> {
    const producer = await checked(
      this.transport(transportId).produceData({ sctpStreamParameters, label: 'pose' }),
    );
    this.#poses?.close();
    this.#poses = producer;
    const consumer = await this.#core.direct.transport.consumeData({
      dataProducerId: producer.id,
    });
    consumer.on('message', this.#options.events.onPosePacket);
    return producer;
  }

  async consume(request: ConsumeRequest): Promise<types.Consumer> {
    const { kind, rtpCapabilities } = request;
    const producer = this.#source(request);
    const transport = this.transport(request.transportId);
    const consumer = await checked(
      transport.consume({ producerId: producer.id, rtpCapabilities, paused: true }),
    );
    this.#consumers.set(consumer.id, consumer);
    consumer.observer.once('close', () => {
      this.#consumers.delete(consumer.id);
      if (kind === 'video') this.#countViewers();
    });
    if (kind === 'video') this.#countViewers();
    return consumer;
  }

  /**
   * Opens a loopback RTP port for a sound that this machine sends itself (a file played by the
   * CLI). comedia: the first sender owns it, which is why it is bound to loopback only.
   */
  async openLoopbackInput(role: AudioRole = 'voice'): Promise<LoopbackInput> {
    this.#plain.get(role)?.close();
    const plain = await this.#core.router.createPlainTransport({
      listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
      rtcpListenInfo: { protocol: 'udp', ip: '127.0.0.1' },
      rtcpMux: false,
      comedia: true,
    });
    this.#plain.set(role, plain);
    // ffmpeg takes an SSRC as a signed 32-bit number.
    const ssrc = randomInt(1, 2 ** 31);
    const producer = await plain.produce({
      kind: 'audio',
      rtpParameters: {
        codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
        encodings: [{ ssrc }],
      },
    });
    await this.#attach(role, producer);
    return {
      host: '127.0.0.1',
      port: plain.tuple.localPort,
      rtcpPort: plain.rtcpTuple!.localPort,
      payloadType: 111,
      ssrc,
    };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unsubscribe();
    this.#core.router.close();
  }

  #source({ kind, source }: ConsumeRequest): types.Producer {
    const { video, audio, music, overlay } = this.#core.direct;
    if (source === 'overlay' && kind === 'video') return overlay;
    if (source === 'avatar') return kind === 'video' ? video : audio;
    if (kind === 'audio') {
      const sound = source === 'music' ? music : this.#inputs.get('voice');
      if (sound) return sound;
    }
    throw new AppError('not_found', `The session has no ${kind} of a ${source} now`);
  }

  async #attach(role: AudioRole, producer: types.Producer): Promise<void> {
    const events = this.#options.events[role];
    this.#inputs.get(role)?.close();
    this.#inputs.set(role, producer);
    const consumer = await this.#core.direct.transport.consume({
      producerId: producer.id,
      rtpCapabilities: this.#core.router.rtpCapabilities,
    });
    consumer.on('rtp', events.onPacket);
    producer.observer.once('close', () => {
      if (this.#inputs.get(role) !== producer) return;
      this.#inputs.delete(role);
      if (!this.#closed) events.onConnected(false);
    });
    events.onConnected(true);
  }

  #countViewers(): void {
    if (this.#closed) return;
    const pictures = [...this.#consumers.values()].filter(({ kind }) => kind === 'video');
    const { overlay } = this.#core.direct;
    const overlays = pictures.filter(({ producerId }) => producerId === overlay.id);
    this.#options.events.onViewers(pictures.length, overlays.length);
  }

  async #rebuild(): Promise<void> {
    if (this.#closed) return;
    this.#transports.clear();
    this.#consumers.clear();
    this.#inputs.clear();
    this.#plain.clear();
    this.#poses = undefined;
    this.#core = await buildCore(this.#options);
    for (const role of AUDIO_ROLES) this.#options.events[role].onConnected(false);
    this.#countViewers();
    this.#options.events.onRebuilt();
  }
}

export type ConsumeRequest = {
  readonly transportId: string;
  readonly kind: 'audio' | 'video';
  readonly source: 'avatar' | 'overlay' | 'microphone' | 'music';
  readonly rtpCapabilities: types.RtpCapabilities;
};

export type LoopbackInput = {
  readonly host: string;
  readonly port: number;
  readonly rtcpPort: number;
  readonly payloadType: number;
  readonly ssrc: number;
};

async function buildCore(options: RoomOptions): Promise<Core> {
  const router = await options.media.createRouter();
  const direct = await openDirect(router, options);
  return { router, direct };
}

/** mediasoup refuses bad parameters with TypeErrors: the client's fault, not ours. */
async function checked<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('bad_request', `The media server refuses this: ${reason}`, error);
  }
}
