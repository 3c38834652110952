/**
 * One session's place in mediasoup: a router, the direct transport that carries microphone and music
 * in and the avatar out, and the peers' WebRTC transports. Main thread; owned by the session. When
 * the worker dies the room builds itself anew and its peers are told to do the same.
 */
import type { types } from 'mediasoup';
import { AppError } from '../core/errors.ts';
import type { InputOrigin } from '../protocol/input.ts';
import { AUDIO_ROLES, type AudioRole } from '../protocol/session.ts';
import { openDirect, type Direct } from './direct.ts';
import { Inputs } from './inputs.ts';
import { openLoopbackPort, type LoopbackInput } from './loopback.ts';
import { openLoopbackOut, type LoopbackOut } from './loopback-out.ts';
import { checked } from './refusal.ts';
import type { ConsumeRequest, RoomOptions, Sent, Viewer } from './room-types.ts';
import { PayloadRouters, type PayloadTypes } from './payload-routers.ts';

const MAX_TRANSPORTS = 600;
/** A microphone, or what OBS sends: picture and sound. */
const MAX_INCOMING_BPS = 12_000_000;
/** Who asked for a picture that isn't there yet comes again within this time. */
const PICTURE_ASKED_MS = 15_000;
/** Larger messages never leave the worker; poses have 517 bytes at most. */
const MAX_DATA_MESSAGE_BYTES = 16 * 1024;

type Core = {
  readonly router: types.Router;
  readonly direct: Direct;
  readonly viewers: PayloadRouters;
};

export class Room {
  readonly #options: RoomOptions;
  readonly #transports = new Map<string, types.WebRtcTransport>();
  readonly #consumers = new Map<string, types.Consumer>();
  readonly #unsubscribe: () => void;
  #core: Core;
  readonly #inputs: Readonly<Record<AudioRole, Inputs>>;
  readonly #pictures: Inputs;
  #pictureNumber = 0;
  #pictureAskedMs = -Infinity;
  #poses: types.DataProducer | undefined;
  #closed = false;

  private constructor(options: RoomOptions, core: Core) {
    this.#options = options;
    this.#core = core;
    this.#inputs = { voice: this.#soundInputs('voice'), music: this.#soundInputs('music') };
    this.#pictures = new Inputs({
      what: 'picture',
      connect: async () => undefined,
      onChanged: () => (this.#pictureNumber += 1),
    });
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

  /** Sends one RTP packet of a sound: the speaker's voice, the music, or both in one. */
  sendSound(sound: 'audio' | 'music' | 'mix', packet: Buffer): void {
    const producer = this.#core.direct[sound];
    if (!producer.closed) producer.send(packet);
  }

  /** Sends one RTP packet of the overlay's picture. */
  sendOverlay(packet: Buffer): void {
    if (!this.#core.direct.overlay.closed) this.#core.direct.overlay.send(packet);
  }

  sendRtcp(compound: Buffer): void {
    if (!this.#core.direct.transport.closed) this.#core.direct.transport.sendRtcp(compound);
  }

  /** `send` ones can carry a pose channel. */
  openTransport(direction: 'send' | 'recv'): Promise<types.WebRtcTransport> {
    return this.#openTransport(this.#core.router, direction === 'send');
  }

  /** For a viewer who names the payload types. */
  async openViewer(payloadTypes: PayloadTypes): Promise<Viewer> {
    const found = await this.#core.viewers.find(payloadTypes);
    const release = found.hold();
    try {
      const transport = await this.#openTransport(found.router, false);
      transport.observer.once('close', release);
      return {
        transport,
        consume: async (source, rtpCapabilities, mid) => {
          const producerId = await found.source(source);
          const kind = source === 'picture' ? 'video' : 'audio';
          const wanted = { producerId, rtpCapabilities, ...(mid === '' ? {} : { mid }) };
          return this.#consume(transport, kind, wanted, source === 'mix' ? 'mix' : 'avatar');
        },
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  async #openTransport(router: types.Router, data: boolean): Promise<types.WebRtcTransport> {
    if (this.#transports.size >= MAX_TRANSPORTS) {
      throw new AppError('too_many', `This session has its ${MAX_TRANSPORTS} connections already`);
    }
    const transport = await router.createWebRtcTransport({
      webRtcServer: this.#options.media.webRtcServer,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      initialAvailableOutgoingBitrate: 3_000_000,
      enableSctp: data,
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

  /** Takes a sound, which is heard from now on: see Inputs. */
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
    const appData = { transportId };
    const producer = await checked(
      this.transport(transportId).produce({ kind: 'audio', rtpParameters, appData }),
    );
    await this.#inputs[role].add(producer, 'microphone');
    return producer;
  }

  /** Voice and picture of a sender, heard and seen from now on. */
  async hear(origin: InputOrigin, sent: Sent): Promise<void> {
    if (sent.audio && !sent.audio.closed) await this.#inputs.voice.add(sent.audio, origin);
    if (sent.video && !sent.video.closed) await this.#pictures.add(sent.video, origin);
  }

  /** Whose picture comes in; another one has another number. */
  get picture(): { readonly origin: InputOrigin; readonly number: number } | null {
    const origin = this.#pictures.origins.at(-1);
    return origin === undefined ? null : { origin, number: this.#pictureNumber };
  }

  /** Whether somebody looks at the picture that comes in. */
  get pictureWanted(): boolean {
    if (performance.now() - this.#pictureAskedMs < PICTURE_ASKED_MS) return true;
    return [...this.#consumers.values()].some(({ appData }) => appData['source'] === 'ingest');
  }

  /** What may be the voice, from the oldest to the one that is. */
  get voices(): readonly InputOrigin[] {
    return this.#inputs.voice.origins;
  }

  /** Lets a voice be heard again that a newer one has replaced. Throws `not_found`. */
  preferVoice(origin: InputOrigin): Promise<void> {
    return this.#inputs.voice.prefer(origin);
  }

  /** Ends a sound; one that is gone already, or another transport's, stays as it is. */
  unproduce(transportId: string, producerId: string): void {
    for (const role of AUDIO_ROLES) {
      this.#inputs[role].end(
        ({ id, appData }) => id === producerId && appData['transportId'] === transportId,
      );
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
    const wanted = { producerId: producer.id, rtpCapabilities };
    return this.#consume(this.transport(request.transportId), kind, wanted, request.source);
  }

  async #consume(
    transport: types.WebRtcTransport,
    kind: types.MediaKind,
    wanted: Pick<types.ConsumerOptions, 'producerId' | 'rtpCapabilities' | 'mid'>,
    source: ConsumeRequest['source'] | 'mix',
  ): Promise<types.Consumer> {
    const watches = kind === 'video' && source !== 'ingest';
    const appData = { watches, source };
    const counts = watches || source === 'mix';
    const consumer = await checked(transport.consume({ ...wanted, appData, paused: true }));
    this.#consumers.set(consumer.id, consumer);
    consumer.observer.once('close', () => {
      this.#consumers.delete(consumer.id);
      if (counts) this.#countViewers();
    });
    if (counts) this.#countViewers();
    return consumer;
  }

  /** Opens a loopback RTP port for a sound that this machine sends itself. */
  async openLoopbackInput(
    role: AudioRole = 'voice',
    origin: InputOrigin = 'file',
  ): Promise<LoopbackInput> {
    const { producer, input } = await openLoopbackPort(this.#core.router, 'audio');
    await this.#inputs[role].add(producer, origin);
    return input;
  }

  /** The same for a picture: H.264 without frames that refer to later ones. */
  async openLoopbackPicture(origin: InputOrigin): Promise<LoopbackInput> {
    const { producer, input } = await openLoopbackPort(this.#core.router, 'video');
    await this.#pictures.add(producer, origin);
    return input;
  }

  /** Sends a picture that came in to a program of this machine. */
  openLoopbackOut(picture: types.Producer): Promise<LoopbackOut> {
    return openLoopbackOut(this.#core.router, picture);
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
    if (source === 'ingest') this.#pictureAskedMs = performance.now();
    const found =
      kind === 'video'
        ? source === 'ingest' && this.#pictures.producer
        : source === 'music'
          ? music
          : this.#inputs.voice.producer;
    if (found) return found;
    throw new AppError('not_found', `The session has no ${kind} of a ${source} now`);
  }

  #soundInputs(role: AudioRole): Inputs {
    const events = this.#options.events[role];
    return new Inputs({
      what: role,
      connect: async (producer) => {
        const { router, direct } = this.#core;
        const { rtpCapabilities } = router;
        const wanted = { producerId: producer.id, rtpCapabilities };
        const consumer = await direct.transport.consume(wanted);
        consumer.on('rtp', events.onPacket);
        return consumer;
      },
      onChanged: (origin) => {
        if (!this.#closed) events.onConnected(origin !== undefined);
      },
    });
  }

  #countViewers(): void {
    if (this.#closed) return;
    const all = [...this.#consumers.values()];
    const watching = all.filter(({ appData }) => appData['watches']);
    const { overlay } = this.#core.direct;
    const overlays = watching.filter(({ producerId }) => producerId === overlay.id);
    const mixes = all.filter(({ appData }) => appData['source'] === 'mix');
    const [count, of] = [watching.length, { overlays: overlays.length, mixes: mixes.length }];
    this.#options.events.onViewers({ count, ...of });
  }

  async #rebuild(): Promise<void> {
    if (this.#closed) return;
    this.#transports.clear();
    this.#consumers.clear();
    for (const inputs of [...Object.values(this.#inputs), this.#pictures]) inputs.forget();
    this.#poses = undefined;
    this.#core = await buildCore(this.#options);
    for (const role of AUDIO_ROLES) this.#options.events[role].onConnected(false);
    this.#pictureNumber += 1;
    this.#countViewers();
    this.#options.events.onRebuilt();
  }
}

async function buildCore(options: RoomOptions): Promise<Core> {
  const router = await options.media.createRouter();
  const direct = await openDirect(router, options);
  const viewers = new PayloadRouters({
    core: { router, direct },
    createRouter: (codecs) => options.media.createRouter(codecs),
  });
  return { router, direct, viewers };
}
