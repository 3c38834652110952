/**
 * Records what comes into one session as a take. Times in the file count from the recording's
 * start, which lies on a frame. Main thread; owned by the take library.
 */
import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import { TICK_US, US_PER_SECOND } from '../../core/time.ts';
import type { HandTempo } from '../../motion/dance/tempo.ts';
import type { PlayScript } from '../../motion/play-script.ts';
import { FRAME_FLOATS, type CompiledTemplate } from '../../motion/template/compiled-template.ts';
import { encodePose, type PosePacket } from '../../protocol/pose-packet.ts';
import type { Tier } from '../../protocol/motion.ts';
import type { DiffusionChange } from '../../protocol/diffusion.ts';
import type { InputListener, ShownScene } from '../../session/input-tap.ts';
import { LIVE_SOURCES, type LiveSource } from '../../session/pose-ring.ts';
import { PACKET_DISCONTINUITY, type MotionCommand } from '../../session/wires.ts';
import {
  CHUNK,
  encodeChunk,
  stampedHead,
  type ChunkKind,
  type TakeCommand,
  type TakeEnd,
  type TakeHead,
} from './take-format.ts';
import { TakeWriter } from './take-writer.ts';

const deflate = promisify(deflateRaw);

export type Recording = {
  readonly seconds: number;
  readonly bytes: number;
  readonly dropped: number;
};

export class TakeRecorder implements InputListener {
  readonly #writer: TakeWriter;
  readonly #startUs: number;
  readonly #tracks = new Map<CompiledTemplate, number>();
  /** Tracks are deflated elsewhere; commands that need them wait for their turn. */
  #turn: Promise<void> = Promise.resolve();
  readonly #heard = { packet: false, music: false };
  #closing: Promise<Recording> | undefined;

  private constructor(writer: TakeWriter, startUs: number) {
    this.#writer = writer;
    this.#startUs = startUs;
  }

  /** `nowUs`: MediaTime of the session. */
  static async open(path: string, head: TakeHead, nowUs: number): Promise<TakeRecorder> {
    const writer = await TakeWriter.open(path);
    writer.append(encodeChunk(CHUNK.head, text(head)));
    const recorder = new TakeRecorder(writer, Math.round(nowUs / TICK_US) * TICK_US);
    recorder.tier(head.session.tier, recorder.#startUs);
    return recorder;
  }

  packet(rtp: Uint8Array, timeUs: number, arrivalUs: number, flags: number): void {
    this.#sound('packet', rtp, { timeUs, arrivalUs, flags });
  }

  music(rtp: Uint8Array, timeUs: number, arrivalUs: number, flags: number): void {
    this.#sound('music', rtp, { timeUs, arrivalUs, flags });
  }

  pose(packet: PosePacket, source: LiveSource, timeUs: number, arrivalUs: number): void {
    const [at, arrival] = [timeUs - this.#startUs, arrivalUs - this.#startUs];
    const head = stampedHead(at, arrival, LIVE_SOURCES.indexOf(source));
    this.#append(CHUNK.pose, head, encodePose({ ...packet, timeUs: 0 }));
  }

  command(command: MotionCommand, arrivalUs: number): void {
    if (command.type !== 'play') {
      this.#command(command, arrivalUs);
      return;
    }
    const { script, avatar } = command;
    const { id, rank, when, emotion, round } = script;
    const moments = this.#moments(script);
    this.#command(
      { type: 'play', avatar, script: { id, rank, when, emotion, round, moments } },
      arrivalUs,
    );
  }

  tier(tier: Tier, arrivalUs: number): void {
    this.#command({ type: 'tier', tier }, arrivalUs);
  }

  tempo(tempo: HandTempo | undefined, arrivalUs: number): void {
    const moved = tempo && { bpm: tempo.bpm, beatUs: tempo.beatUs - this.#startUs };
    this.#command({ type: 'tempo', tempo: moved ?? null }, arrivalUs);
  }

  scene({ scene, slide, fadeMs }: ShownScene, arrivalUs: number): void {
    this.#command({ type: 'scene', scene: scene ?? null, slide, fadeMs }, arrivalUs);
  }

  style(style: DiffusionChange, arrivalUs: number): void {
    this.#command({ type: 'style', style }, arrivalUs);
  }

  /** `nowUs`: MediaTime of the session. Resolves when the file is whole and closed. */
  close(nowUs: number): Promise<Recording> {
    this.#closing ??= this.#finish(Math.max(0, nowUs - this.#startUs) / US_PER_SECOND);
    return this.#closing;
  }

  /** Resolves when what was told so far is on its way to the disk. */
  get settled(): Promise<void> {
    return this.#turn;
  }

  /** What was recorded so far. */
  get recorded(): Omit<Recording, 'seconds'> {
    return { bytes: this.#writer.bytes, dropped: this.#writer.dropped };
  }

  async #finish(seconds: number): Promise<Recording> {
    await this.settled;
    const end: TakeEnd = { seconds, dropped: this.#writer.dropped };
    await this.#writer.close(encodeChunk(CHUNK.end, text(end)));
    if (this.#writer.failure) throw this.#writer.failure;
    return { seconds, ...this.recorded };
  }

  #moments(script: PlayScript): (TakeCommand & { type: 'play' })['script']['moments'] {
    return script.moments.map((steps) =>
      steps.map(({ template, ...step }) => ({ ...step, track: this.#track(template) })),
    );
  }

  #track(template: CompiledTemplate): number {
    const known = this.#tracks.get(template);
    if (known !== undefined) return known;
    const number = this.#tracks.size;
    this.#tracks.set(template, number);
    this.#next(async () => this.#append(CHUNK.track, await deflate(packTrack(template))));
    return number;
  }

  #sound(
    kind: 'packet' | 'music',
    rtp: Uint8Array,
    { timeUs, arrivalUs, flags }: { timeUs: number; arrivalUs: number; flags: number },
  ): void {
    const at = timeUs - this.#startUs;
    if (at < 0) return;
    // Whoever reads it has heard nothing of what was before.
    const known = this.#heard[kind] ? flags : flags | PACKET_DISCONTINUITY;
    this.#heard[kind] = true;
    this.#append(CHUNK[kind], stampedHead(at, arrivalUs - this.#startUs, known), rtp);
  }

  #command(command: TakeCommand, arrivalUs: number): void {
    const at = Buffer.alloc(8);
    at.writeDoubleLE(Math.max(0, arrivalUs - this.#startUs));
    this.#next(() => this.#append(CHUNK.command, at, text(command)));
  }

  /** Deflating never fails; a full disk is kept by the writer and told at the end. */
  #next(step: () => void | Promise<void>): void {
    this.#turn = this.#turn.then(step);
  }

  #append(kind: ChunkKind, ...parts: readonly Uint8Array[]): void {
    this.#writer.append(encodeChunk(kind, ...parts));
  }
}

function packTrack({
  id,
  seconds,
  loop,
  beats,
  aim,
  parts,
  face,
  frames,
}: CompiledTemplate): Buffer {
  const head = text({ id, seconds, loop, beats, aim, frames: frames.length / FRAME_FLOATS });
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length);
  return Buffer.concat([size, head, ...[parts, face, frames].map(bytesOf)]);
}

/** Of shared memory, which deflate doesn't take: a copy. */
function bytesOf(floats: Float32Array): Buffer {
  return Buffer.from(new Float32Array(floats).buffer);
}

function text(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
