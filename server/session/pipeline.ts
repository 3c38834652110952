/**
 * The whole way of one session, top to bottom. Read this first.
 *
 *   microphone packet ─► timeline (MediaTime) ─┬─► packet ring ─► ENGINE: speech, lips, motion, draw
 *                                              └─► voice out (delayed)      │
 *   music packet ──────► music timeline ───────┬─► music ring ───► ENGINE: beat, mixed into the sound
 *                                              └─► music out (as late as the voice)
 *   pose packet ─► pose in (checks, MediaTime) ───► pose ring ────► ENGINE  │
 *   who has room for one sound ◄─ room ◄─ voice, or the mix ◄─ mix ring ◄─ FEEDER ◄─ sound ring
 *   viewers ◄─ room ◄─ video RTP ring ◄─ FEEDER: H.264, RTP packets ◄─ frame ring
 *   overlays ◄ room ◄─ overlay RTP ring ◄── colour and matte, encoded ◄─ pictures ring
 *                                              └─► FLV ─► RTMP server ◄─ sound ring
 *
 * This file runs on the main thread, which only moves packets and messages. It lays the rings,
 * starts the stages and ties their ends; the engine and the feeder do the work on their threads.
 */
import { randomInt } from 'node:crypto';
import type { Durations } from '../core/percentiles.ts';
import { RingWriter } from '../core/slot-ring.ts';
import { nowUs, unixOffsetUs } from '../core/time.ts';
import type { Logger } from '../core/log.ts';
import type { HandTempo } from '../motion/dance/tempo.ts';
import { videoKbps } from '../outputs/bit-rates.ts';
import type { FeederPool } from '../outputs/feeder-pool.ts';
import type { Device } from '../protocol/device.ts';
import type { DiffusionChange } from '../protocol/diffusion.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import type { SessionId } from '../protocol/ids.ts';
import type { Tier } from '../protocol/motion.ts';
import type { ReadyLook } from '../render/scene/look.ts';
import type { MediaServer } from '../rtc/media-server.ts';
import { Room } from '../rtc/room.ts';
import { SenderReports } from '../rtc/sender-reports.ts';
import { RTP_HEADER_BYTES } from '../speech/rtp.ts';
import type { Mood } from '../speech/speech.ts';
import { AudioTimeline } from './audio-timeline.ts';
import type { Engine } from './engine.ts';
import { InputTap, type InputListener, type ShownScene } from './input-tap.ts';
import { MicrophoneIn, type VoiceListener } from './microphone-in.ts';
import { MUSIC_DELAY_US } from './music-timeline.ts';
import { MusicIn } from './music-in.ts';
import { PoseIn } from './pose-in.ts';
import { PoseWriter } from './pose-ring.ts';
import { VideoOut } from './video-out.ts';
import { SoundsOut } from './sounds-out.ts';
import {
  Control,
  createWires,
  type EngineMotion,
  type EngineSessionOptions,
  type EngineStats,
  type FeederSessionOptions,
  type FeederStats,
  type FromEngine,
  type LookChange,
  type MotionCommand,
  type PushOrder,
  type Recorded,
  type RecordOrder,
  type SlateOrder,
} from './wires.ts';

export type PipelineOptions = {
  readonly id: SessionId;
  readonly cast: EngineSessionOptions['cast'];
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly background: string;
  readonly tier: Tier;
  readonly slate: SlateOrder;
  readonly device?: Device | undefined;
  readonly encoder: string;
  readonly ffmpeg: string;
  readonly rtmpUrl: string;
  readonly media: MediaServer;
  readonly engine: Engine;
  readonly feeder: FeederPool;
  readonly log: Logger;
  readonly events: PipelineEvents;
};

export type PipelineEvents = {
  readonly onMicrophone: (connected: boolean) => void;
  readonly onMusic: (connected: boolean) => void;
  readonly onViewers: (count: number) => void;
  readonly onRebuilt: () => void;
  readonly onOpened: () => void;
  readonly onFailed: (code: ErrorCode, message: string) => void;
  readonly onEngineLost: (reason: string) => void;
  readonly onMood: (mood: Mood) => void;
  readonly onMotion: (state: EngineMotion) => void;
  /** The first avatar's pose, while `poseWatched`. */
  readonly onPose: (pose: Float32Array) => void;
  /** A scene could not be shown; the one before stays. */
  readonly onLookFailed: (reason: string) => void;
  /** A recording has ended; also during `close`. */
  readonly onRecorded: (recording: Recorded) => void;
};

/** What is known about the running pipeline, for the statistics. */
export type PipelineState = {
  readonly engine: EngineStats | undefined;
  readonly feeder: FeederStats | undefined;
  readonly pictureLatency: Durations;
  readonly send: Durations;
  readonly soundLatencyMs: number;
  readonly badPackets: number;
  readonly poses: { readonly accepted: number; readonly bad: number; readonly late: number };
};

const VIDEO_PAYLOAD_TYPE = 102;
const AUDIO_PAYLOAD_TYPE = 111;
const FOLLOW_AFTER_FRAMES = 50;

export class Pipeline {
  readonly room: Room;
  /** What chance does in this session follows from it. */
  readonly seed = randomInt(2 ** 31);
  readonly #options: PipelineOptions;
  readonly #parts: Parts;
  /** Read by the feeder pool whenever it opens the session anew, as are the next two. */
  readonly #pushes: PushOrder[] = [];
  /** The scene that is shown; read whenever the engine opens the session anew. */
  #look: ReadyLook | undefined;
  /** What the look was made of, and what was changed in words: a recording begins with both. */
  #shown: ShownScene | undefined;
  #style: DiffusionChange = {};
  readonly #recordings: RecordOrder[] = [];
  #slate: SlateOrder;
  /** What is danced to by hand. */
  #tempo: HandTempo | undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: PipelineOptions, room: Room, parts: Parts) {
    this.#options = options;
    this.#slate = options.slate;
    this.room = room;
    this.#parts = parts;
  }

  static async open(options: PipelineOptions): Promise<Pipeline> {
    const wires = createWires(options.width, options.height);
    const control = new Control(wires.control);
    const timeline = new AudioTimeline(nowUs());
    control.offsetUs = timeline.offsetUs;

    // In: what the microphone says goes to the engine now and to the viewers a little later.
    const streams = createStreams();
    const sounds = new SoundsOut({
      ...{ streams, mixRing: wires.mix },
      offsetUs: () => timeline.offsetUs,
      send: (sound, packet) => {
        parts.reports.sent(sound, packet.length - RTP_HEADER_BYTES);
        room.sendSound(sound, packet);
      },
    });
    const tap = new InputTap();
    const microphone = new MicrophoneIn(timeline, sounds, {
      ...{ control, tap },
      packets: new RingWriter(wires.packets, options.engine.bell),
    });

    const poses = new PoseIn(new PoseWriter(wires.poses), () => timeline.offsetUs, tap);

    const music = new MusicIn({
      packets: new RingWriter(wires.music, options.engine.bell),
      out: sounds.music,
      offsetUs: () => timeline.offsetUs,
      tap,
    });

    // The room: mediasoup's side of the session.
    const room = await Room.open({
      media: options.media,
      cname: `posecast-${options.id}`,
      ...streams,
      log: options.log,
      events: {
        voice: {
          onPacket: (packet) => microphone.receive(packet),
          onConnected: (connected) => {
            microphone.attach(connected);
            options.events.onMicrophone(connected);
          },
        },
        music: {
          onPacket: (packet) => music.receive(packet),
          onConnected: (connected) => {
            music.attach(connected);
            pipeline.#followWishes();
            options.events.onMusic(connected);
          },
        },
        onPosePacket: (packet) => poses.receive(packet, nowUs()),
        onKeyframeRequest: () => control.requestKeyframe(),
        onOverlayKeyframeRequest: () => control.requestOverlayKeyframe(),
        onViewers: ({ count, overlays, mixes }) => {
          control.overlay = overlays > 0;
          sounds.mixed.wanted = mixes > 0;
          pipeline.#followWishes();
          options.events.onViewers(count);
        },
        onRebuilt: () => {
          reports.restart();
          options.events.onRebuilt();
        },
      },
    });

    // Out: frames become H.264 on the feeder thread and come back as RTP packets.
    const reports = new SenderReports({
      cname: `posecast-${options.id}`,
      streams: {
        video: { ...streams.video, rateHz: 90_000 },
        audio: { ...streams.audio, rateHz: 48_000 },
        music: { ...streams.music, rateHz: 48_000 },
        mix: { ...streams.mix, rateHz: 48_000 },
        overlay: { ...streams.overlay, rateHz: 90_000 },
      },
      unixOffsetUs: unixOffsetUs(),
      offsetUs: () => timeline.offsetUs,
      send: (compound) => room.sendRtcp(compound),
    });
    const video = new VideoOut(wires.videoRtp, control, (packet) => {
      reports.sent('video', packet.length - RTP_HEADER_BYTES);
      room.sendVideo(packet);
    });
    const overlay = new VideoOut(wires.overlayRtp, control, (packet) => {
      reports.sent('overlay', packet.length - RTP_HEADER_BYTES);
      room.sendOverlay(packet);
    });
    control.tier = options.tier;
    const parts: Parts = {
      control,
      tap,
      timeline,
      microphone,
      poses,
      sounds,
      reports,
      video,
      overlay,
      music,
    };
    const pipeline = new Pipeline(options, room, parts);
    pipeline.#start(wires, streams);
    return pipeline;
  }

  get state(): PipelineState {
    const { video, sounds, microphone, poses, music } = this.#parts;
    return {
      engine: this.#parts.engine,
      feeder: this.#parts.feeder,
      pictureLatency: video.latency,
      send: video.send,
      soundLatencyMs: sounds.delayMs,
      badPackets: microphone.badPackets + music.badPackets,
      poses,
    };
  }

  get tier(): Tier {
    return this.#parts.control.tier;
  }
  set tier(value: Tier) {
    this.#parts.control.tier = value;
    this.#parts.tap.listener?.tier(value, this.mediaUs);
  }

  /** Whether the engine tells the first avatar's pose. */
  set poseWatched(value: boolean) {
    this.#parts.control.poseWatched = value;
  }

  /** Plays or stops what the engine is told. */
  command(command: MotionCommand): void {
    this.#options.engine.command(this.#options.id, command);
    this.#parts.tap.listener?.command(command, this.mediaUs);
  }

  /** MediaTime of this moment. */
  get mediaUs(): number {
    return nowUs() - this.#parts.timeline.offsetUs;
  }

  /** Who hears what comes in; nobody without one. */
  set listener(listener: InputListener | undefined) {
    this.#parts.tap.listener = listener;
    if (this.#tempo) listener?.tempo(this.#tempo, this.mediaUs);
    if (this.#shown?.scene) listener?.scene({ ...this.#shown, fadeMs: 0 }, this.mediaUs);
    if (Object.keys(this.#style).length > 0) listener?.style(this.#style, this.mediaUs);
  }

  /** A microphone of another door than the room has come or gone. */
  present(connected: boolean): void {
    this.#parts.microphone.attach(connected);
    this.#options.events.onMicrophone(connected);
  }

  /** Where its packets go in. */
  get microphone(): MicrophoneIn {
    return this.#parts.microphone;
  }

  /** Where the music's packets go in. */
  get music(): MusicIn {
    return this.#parts.music;
  }

  /** The tempo to dance to, by hand; undefined gives it back to the music. */
  setTempo(tempo: HandTempo | undefined): void {
    this.#tempo = tempo;
    this.#parts.tap.listener?.tempo(tempo, this.mediaUs);
    this.#options.engine.setTempo(this.#options.id, tempo);
  }

  /** Another prompt, strength or seed, from the next frame on. */
  restyle(change: DiffusionChange): void {
    this.#style = { ...this.#style, ...change };
    this.#parts.tap.listener?.style(change, this.mediaUs);
    this.#options.engine.restyle(this.#options.id, change);
  }

  /** MediaTime at which a sound that somebody hears at `serverUs` has its beat. */
  beatTimeUs(serverUs: number): number {
    const { control, music } = this.#parts;
    return serverUs - control.offsetUs + (music.connected ? MUSIC_DELAY_US : 0);
  }

  /** Who hears the voice's packets besides the engine; nobody without one. */
  set voiceListener(listener: VoiceListener | undefined) {
    this.#parts.microphone.listener = listener;
  }

  /** Where live poses of other doors than the data channel go in. */
  get poses(): PoseIn {
    return this.#parts.poses;
  }

  /** Shows a scene and slide, ready as `change`; without a look, the plain background. */
  show(change: LookChange, shown: ShownScene): void {
    this.#look = change.look;
    this.#shown = shown;
    this.#parts.tap.listener?.scene(shown, this.mediaUs);
    this.#options.engine.setLook(this.#options.id, change);
  }

  /** Pushes to these targets from now on, and to no other. */
  setPushes(orders: readonly PushOrder[]): void {
    this.#pushes.splice(0, this.#pushes.length, ...orders);
    this.#options.feeder.push(this.#options.id, orders);
  }

  /** What is shown from now on while the engine gives no pictures. */
  setSlate(slate: SlateOrder): void {
    this.#slate = slate;
    this.#options.feeder.slate(this.#options.id, slate);
  }

  /** Makes these recordings from now on, and no other. */
  setRecordings(orders: readonly RecordOrder[]): void {
    this.#recordings.splice(0, this.#recordings.length, ...orders);
    this.#followWishes();
    this.#options.feeder.record(this.#options.id, orders);
  }

  /** Ends every stage in the order of the way; resolves when its processes are gone. */
  close(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
  }

  #start(wires: ReturnType<typeof createWires>, streams: Streams): void {
    const { id, width, height, fps } = this.#options;
    const newestLook = (): ReadyLook | undefined => this.#look;
    this.#options.engine.open({
      engineOptions: {
        id,
        cast: this.#options.cast,
        width,
        height,
        background: this.#options.background,
        get look() {
          return newestLook();
        },
        seed: this.seed,
        device: this.#options.device,
        wires,
      },
      onEngine: (message) => this.#onEngine(message),
      onEngineLost: this.#options.events.onEngineLost,
    });
    // Asked for again whenever the feeder opens the session anew.
    const feederOptions = (): FeederSessionOptions => ({
      ...{ id, width, height, fps, wires },
      bitrateKbps: videoKbps(width, height, fps),
      encoder: this.#options.encoder,
      ffmpeg: this.#options.ffmpeg,
      video: streams.video,
      overlay: streams.overlay,
      rtmpUrl: this.#options.rtmpUrl,
      pushes: this.#pushes,
      recordings: this.#recordings,
      slate: this.#slate,
    });
    this.#options.feeder.open({
      id,
      feederOptions,
      onFeeder: (stats) => this.#onFeeder(stats),
      onRecorded: this.#options.events.onRecorded,
    });
  }

  /** The engine hands on avatars without background, and sounds apart, only when somebody wants them. */
  #followWishes(): void {
    const { control, music, sounds } = this.#parts;
    // Alone, the voice goes to everybody as it came.
    control.mix = sounds.mixed.wanted && music.connected;
    const isAlpha = this.#recordings.some(({ format }) => format !== 'mp4');
    control.pictures = control.overlay || isAlpha;
    control.stems = this.#recordings.some(({ tracks }) => tracks);
  }

  #onEngine(message: FromEngine): void {
    const { events } = this.#options;
    if (message.type === 'opened') events.onOpened();
    else if (message.type === 'failed') events.onFailed(message.code, message.message);
    else if (message.type === 'level') events.onMood(message.mood);
    else if (message.type === 'motion') events.onMotion(message.state);
    else if (message.type === 'pose') events.onPose(message.pose);
    else if (message.type === 'look-failed') events.onLookFailed(message.message);
    else if (message.type === 'stats') this.#parts.engine = message.stats;
  }

  #onFeeder(stats: FeederStats): void {
    const { video, sounds } = this.#parts;
    this.#parts.feeder = stats;
    const { recentLatency } = video;
    if (recentLatency.count < FOLLOW_AFTER_FRAMES) return;
    sounds.follow(recentLatency.percentile(50));
  }

  async #stop(): Promise<void> {
    const { id, engine, feeder } = this.#options;
    await this.#parts.sounds.close();
    this.#parts.reports.close();
    engine.shut(id);
    await feeder.shut(id);
    await Promise.all([this.#parts.video.close(), this.#parts.overlay.close()]);
    this.room.close();
  }
}

type Parts = {
  readonly control: Control;
  readonly tap: InputTap;
  readonly timeline: AudioTimeline;
  readonly microphone: MicrophoneIn;
  readonly poses: PoseIn;
  readonly sounds: SoundsOut;
  readonly reports: SenderReports;
  readonly video: VideoOut;
  readonly overlay: VideoOut;
  readonly music: MusicIn;
  engine?: EngineStats;
  feeder?: FeederStats;
};

type Streams = ReturnType<typeof createStreams>;

function createStreams() {
  const stream = (payloadType: number) => ({
    ssrc: randomInt(1, 2 ** 32),
    payloadType,
    rtpBase: randomInt(2 ** 31),
  });
  return {
    video: stream(VIDEO_PAYLOAD_TYPE),
    audio: stream(AUDIO_PAYLOAD_TYPE),
    music: stream(AUDIO_PAYLOAD_TYPE),
    mix: stream(AUDIO_PAYLOAD_TYPE),
    overlay: stream(VIDEO_PAYLOAD_TYPE),
  };
}
