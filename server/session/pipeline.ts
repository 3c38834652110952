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
import { RingWriter } from '../core/slot-ring.ts';
import { nowUs, unixOffsetUs } from '../core/time.ts';
import type { HandTempo } from '../motion/dance/tempo.ts';
import type { DiffusionChange } from '../protocol/diffusion.ts';
import type { Tier } from '../protocol/motion.ts';
import type { ReadyLook } from '../render/scene/look.ts';
import { Room } from '../rtc/room.ts';
import { SenderReports } from '../rtc/sender-reports.ts';
import { RTP_HEADER_BYTES } from '../speech/rtp.ts';
import { AudioTimeline } from './audio-timeline.ts';
import { InputTap, type InputListener, type ShownScene } from './input-tap.ts';
import { MicrophoneIn, type VoiceListener } from './microphone-in.ts';
import { MUSIC_DELAY_US } from './music-timeline.ts';
import { MusicIn } from './music-in.ts';
import { createStreams, type OutStreams } from './out-streams.ts';
import { OutputOrders } from './output-orders.ts';
import type { PipelineOptions, PipelineState } from './pipeline-options.ts';
import { PoseIn } from './pose-in.ts';
import { PoseWriter } from './pose-ring.ts';
import { VideoOut } from './video-out.ts';
import { SoundsOut } from './sounds-out.ts';
import {
  Control,
  createWires,
  type EngineStats,
  type FeederStats,
  type FromEngine,
  type LookChange,
  type MotionCommand,
} from './wires.ts';

const FOLLOW_AFTER_FRAMES = 50;

export class Pipeline {
  readonly room: Room;
  /** What chance does in this session follows from it. */
  readonly seed = randomInt(2 ** 31);
  readonly #options: PipelineOptions;
  readonly #parts: Parts;
  /** Pushes, recordings, slate: what the feeder is to make of the stream. */
  readonly outputs: OutputOrders;
  /** The scene that is shown; read whenever the engine opens the session anew. */
  #look: ReadyLook | undefined;
  /** What the look was made of, and what was changed in words: a recording begins with both. */
  #shown: ShownScene | undefined;
  #style: DiffusionChange = {};
  /** What is danced to by hand. */
  #tempo: HandTempo | undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: PipelineOptions, room: Room, parts: Parts) {
    this.#options = options;
    this.outputs = new OutputOrders(options, () => this.#followWishes());
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

  /** Ends every stage in the order of the way; resolves when its processes are gone. */
  close(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
  }

  #start(wires: ReturnType<typeof createWires>, streams: OutStreams): void {
    const { id, width, height } = this.#options;
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
    this.#options.feeder.open({
      id,
      // Asked for again whenever the feeder opens the session anew.
      feederOptions: () => this.outputs.feederOptions(wires, streams),
      onFeeder: (stats) => this.#onFeeder(stats),
      onRecorded: this.#options.events.onRecorded,
    });
  }

  /** The engine hands on avatars without background, and sounds apart, only when somebody wants them. */
  #followWishes(): void {
    const { control, music, sounds } = this.#parts;
    // Alone, the voice goes to everybody as it came.
    control.mix = sounds.mixed.wanted && music.connected;
    control.pictures = control.overlay || this.outputs.needsPictures;
    control.stems = this.outputs.needsStems;
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
