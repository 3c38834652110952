/**
 * One session on the engine thread: what it has heard, and one frame per tick. The steps
 * themselves are pure; this shell owns their buffers and the order in which they run.
 *
 * The frame for MediaTime t shows the mouth of t .. t + 20 ms. The lips need their look-ahead
 * beyond that, and bodies that listen may need more, so the frame is due when the sound that far
 * ahead was heard, or at the deadline, when what is missing is concealed.
 */
import { AppError, toAppError } from '../core/errors.ts';
import { createMeta, RingReader, RingWriter } from '../core/slot-ring.ts';
import { nowUs, TICK_US, US_PER_MS, US_PER_SECOND } from '../core/time.ts';
import { parseColour } from '../render/i420.ts';
import { plainLook, type ReadyLook } from '../render/scene/look.ts';
import { ScenePicture } from '../render/scene/scene-picture.ts';
import { Tempo, type HandTempo, type TempoNow } from '../motion/dance/tempo.ts';
import { Music } from '../music/music.ts';
import { mixMusic, writePcm16 } from '../music/sound-mix.ts';
import { PoseReader } from '../session/pose-ring.ts';
import {
  Control,
  PACKET_RING,
  SOUND_RING,
  STEMS_RING,
  type EngineSessionOptions,
  type FromEngine,
  type LookChange,
  type MotionCommand,
} from '../session/wires.ts';
import type { DiffusionChange } from '../protocol/diffusion.ts';
import { POSE_FLOATS, writePose } from '../protocol/pose.ts';
import type { LipModel } from '../speech/lip-sync.ts';
import { Ear, MOUTH_US } from '../speech/ear.ts';
import { Speech } from '../speech/speech.ts';
import { EngineMeter } from './engine-meter.ts';
import { Ensemble } from './ensemble.ts';
import type { ModelShelf } from './model-shelf.ts';
import { CPU_COMPUTE, type Compute } from './providers.ts';
import { QualityLadder, type Drawing } from './quality-ladder.ts';

export type EngineHouse = {
  readonly lips: LipModel;
  /** Networks of this thread's avatars. */
  readonly shelf: ModelShelf;
  /** What they run on. */
  readonly compute?: Compute;
  readonly tell: (message: FromEngine) => void;
};

/** Further behind than this, drawing is skipped until the clock is caught up. */
const BEHIND_US = 2 * TICK_US;
/** A silent gap this long (the machine slept) is jumped over, not made up for. */
const JUMP_US = 1_000_000;
const WARM_UP_FRAMES = 12;
const WARM_UP_US = 2_000_000;
/** Beyond this the engine's other sessions would stand still, and the watchdog near. */
const SLOWEST_FRAME_MS = 1000;

export class EngineSession {
  /** Whether its networks run on a GPU, where several sessions' runs may become one. */
  readonly sharesRuns: boolean;
  readonly #options: EngineSessionOptions;
  readonly #house: EngineHouse;
  readonly #control: Control;
  readonly #packets: RingReader;
  readonly #musicPackets: RingReader;
  readonly #frames: RingWriter;
  readonly #sound: RingWriter;
  readonly #pictures: RingWriter;
  readonly #stems: RingWriter;
  readonly #speech: Speech;
  readonly #music: Music;
  readonly #tempo = new Tempo();
  readonly #ensemble: Ensemble;
  readonly #ear: Ear;
  readonly #poses: PoseReader;
  readonly #scene: ScenePicture;
  readonly #packet = new Uint8Array(PACKET_RING.slotBytes);
  readonly #packetMeta = createMeta();
  readonly #meta = createMeta();
  readonly #voicePcm = new Float32Array(SOUND_RING.slotBytes / 2);
  readonly #musicPcm = new Float32Array(SOUND_RING.slotBytes / 2);
  readonly #lastFrame: Uint8Array;
  readonly #meter: EngineMeter;
  readonly #ladder: QualityLadder;
  readonly #applyMouth = (face: Float32Array): void => this.#speech.applyMouth(face);
  /** What was told of the motion last; told again only while something plays. */
  #toldMotion = '';
  /** MediaTime of the next frame. */
  #nextUs: number;

  private constructor(
    options: EngineSessionOptions,
    house: EngineHouse,
    parts: { readonly speech: Speech; readonly music: Music; readonly ensemble: Ensemble },
  ) {
    const { wires, width, height } = options;
    this.#options = options;
    this.#house = house;
    this.#control = new Control(wires.control);
    this.#packets = new RingReader(wires.packets);
    this.#musicPackets = new RingReader(wires.music);
    this.#frames = new RingWriter(wires.frames);
    this.#sound = new RingWriter(wires.sound);
    this.#pictures = new RingWriter(wires.pictures);
    this.#stems = new RingWriter(wires.stems);
    this.#speech = parts.speech;
    this.#music = parts.music;
    this.#ensemble = parts.ensemble;
    this.sharesRuns = (parts.ensemble.health?.device ?? 'cpu') !== 'cpu';
    this.#ear = new Ear(parts.speech, parts.ensemble.hearing);
    this.#poses = new PoseReader(wires.poses);
    this.#scene = new ScenePicture({ width, height }, lookOf(options, options.look));
    this.#lastFrame = new Uint8Array((width * height * 3) / 2);
    this.#meter = new EngineMeter();
    this.#ladder = new QualityLadder({ lips: parts.ensemble.canDrawLips });
    this.#nextUs = this.#currentTick();
  }

  /** Loads the pack and makes the first picture possible. Throws `bad_pack`. */
  static async open(options: EngineSessionOptions, common: EngineHouse): Promise<EngineSession> {
    const house = houseOf(options, common);
    const ensemble = await Ensemble.open(options, house);
    await ensemble.rearrange(options.look?.standing ?? []);
    const speech = await Speech.open(house.lips);
    await warmUp(options, house);
    const music = await Music.open();
    return new EngineSession(options, house, { speech, music, ensemble });
  }

  /** Takes what microphone and music sent, and hears the voice as far as nothing is missing and no frame is due. */
  async hear(): Promise<void> {
    while (this.#packets.read(this.#packet, this.#packetMeta)) {
      const lateMs = this.#speech.insert(this.#packet, this.#packetMeta, this.#control.offsetUs);
      this.#meter.stages.jitter.add(Math.max(0, lateMs));
    }
    while (this.#musicPackets.read(this.#packet, this.#packetMeta)) {
      this.#music.insert(this.#packet, this.#packetMeta);
    }
    await this.#speech.hearReady(this.#neededUs(), this.#meter);
  }

  /** Server time at which the next frame must be drawn; now when all it needs was heard. */
  dueUs(): number {
    if (this.#speech.heardUs >= this.#neededUs()) return 0;
    return this.#deadlineUs();
  }

  /** Draws the frame that is due and hands it on. */
  async tick(): Promise<void> {
    this.#jumpIfAsleep();
    await this.#speech.hearAll(this.#neededUs(), this.#meter);
    const timeUs = this.#nextUs;
    this.#music.hear(timeUs + TICK_US);
    const behind = nowUs() - this.#deadlineUs() > BEHIND_US && this.#meter.frames > 0;
    const drawing = behind ? 'nothing' : this.#ladder.next;
    // Without time for a picture scripts begin and end all the same.
    if (drawing === 'nothing') this.#move(timeUs);
    const ms = drawing === 'nothing' ? 0 : await this.#draw(timeUs, drawing);
    this.#ladder.tick({ drew: drawing, ms, behind });
    this.#commit(timeUs);
    this.#sendSound(timeUs);
    this.#showPose();
    this.#nextUs += TICK_US;
    // Late: finished after the next frame was due.
    this.#meter.frame({ late: nowUs() > this.#deadlineUs(), repeated: drawing === 'nothing' });
    this.#report();
  }

  /** What the next frame begins to do, or no longer does. */
  command(command: MotionCommand): void {
    const nowSeconds = this.#nextUs / US_PER_SECOND;
    if (command.type === 'stop') this.#ensemble.stop(command.script);
    else this.#ensemble.play(command.script, nowSeconds, command.avatar);
  }

  /** What is danced to by hand, until it is taken back. */
  setTempo(tempo: HandTempo | undefined): void {
    this.#tempo.byHand = tempo;
  }

  /** Another prompt, strength or seed of the avatars that are told in words. */
  restyle(change: DiffusionChange): void {
    this.#ensemble.restyle(change);
  }

  /** Another scene or slide; what can't be shown is told, and the one before stays. */
  async show({ look, fadeMs }: LookChange): Promise<void> {
    const next = lookOf(this.#options, look);
    try {
      const moves = this.#ensemble.wouldMove(next.standing);
      // While they fade from one place to another, they hold still at the first.
      const seconds = this.#nextUs / US_PER_SECOND;
      const held = moves && fadeMs > 0 ? (await this.#ensemble.draw(seconds)).slice() : undefined;
      await this.#ensemble.rearrange(next.standing);
      // Mouths may be all that is drawn next, over a picture of the bodies as they are now.
      if (moves) await this.#ensemble.draw(seconds);
      this.#scene.show(next, { fadeMs, held });
    } catch (error) {
      const { message } = toAppError(error);
      this.#house.tell({ type: 'look-failed', id: this.#options.id, message });
    }
  }

  close(): void {
    this.#speech.close();
    this.#music.close();
    this.#ensemble.close();
  }

  #currentTick(): number {
    return Math.ceil((nowUs() - this.#control.offsetUs) / TICK_US) * TICK_US;
  }

  /** MediaTime up to which sound must have been heard for the next frame. */
  #neededUs(): number {
    return this.#nextUs + this.#ear.aheadUs;
  }

  #deadlineUs(): number {
    const guardMs = this.#control.microphone ? this.#speech.guardMs : 0;
    return this.#control.offsetUs + this.#neededUs() + guardMs * US_PER_MS;
  }

  #jumpIfAsleep(): void {
    const behindUs = nowUs() - this.#deadlineUs();
    if (behindUs < JUMP_US) return;
    const ticks = Math.floor(behindUs / TICK_US);
    this.#nextUs += ticks * TICK_US;
    this.#meter.skipped(ticks);
  }

  /** Draws the body, or only its lips anew; how long that took, ms. */
  async #draw(timeUs: number, what: Exclude<Drawing, 'nothing'>): Promise<number> {
    const { motion, draw, convert } = this.#meter.stages;
    const started = nowUs();
    const seconds = timeUs / US_PER_SECOND;
    const poseArrivedUs = this.#move(timeUs);
    const posed = nowUs();
    const ensemble = this.#ensemble;
    const heard = this.#ear.listen(timeUs);
    const rgba = await (what === 'lips'
      ? ensemble.drawLips(seconds, heard)
      : ensemble.draw(seconds, heard));
    const drawn = nowUs();
    this.#scene.compose(rgba, timeUs, this.#lastFrame);
    if (this.#control.pictures) this.#handOn(this.#scene.avatars(rgba), timeUs);
    motion.add((posed - started) / US_PER_MS);
    draw.add((drawn - posed) / US_PER_MS);
    const converted = nowUs();
    convert.add((converted - drawn) / US_PER_MS);
    if (poseArrivedUs > 0) this.#meter.poseToFrame.add((converted - poseArrivedUs) / US_PER_MS);
    return (converted - started) / US_PER_MS;
  }

  /** Everybody's pose for this time; server time at which a new live pose came, 0 without one. */
  #move(timeUs: number): number {
    const poseArrivedUs = this.#takePoses();
    this.#ensemble.tier = this.#control.tier;
    this.#ensemble.beat = this.#tempoAt(timeUs);
    const seconds = timeUs / US_PER_SECOND;
    this.#ensemble.update(seconds, this.#speech.show(timeUs), this.#applyMouth);
    return poseArrivedUs;
  }

  /** The avatars alone, without background: for overlays and recordings with transparency. */
  #handOn(rgba: Uint8Array, timeUs: number): void {
    const meta = this.#meta;
    meta.timeUs = timeUs;
    meta.sourceUs = nowUs();
    meta.bytes = rgba.length;
    this.#pictures.push(rgba, meta);
  }

  #tempoAt(timeUs: number): TempoNow {
    return this.#tempo.at(timeUs, this.#music.beatAt(timeUs));
  }

  /** Server time at which the newest pose came that was not seen before; 0 without one. */
  #takePoses(): number {
    let arrivedUs = 0;
    while (this.#poses.next()) {
      this.#ensemble.live[this.#poses.source].push(this.#poses);
      arrivedUs = this.#poses.arrivalUs;
    }
    return arrivedUs;
  }

  #commit(timeUs: number): void {
    const meta = this.#meta;
    meta.timeUs = timeUs;
    meta.sourceUs = nowUs();
    meta.bytes = this.#lastFrame.length;
    this.#frames.push(this.#lastFrame, meta);
  }

  #sendSound(timeUs: number): void {
    const slot = this.#sound.begin();
    this.#speech.readPcm(timeUs, this.#voicePcm);
    if (this.#music.present) this.#music.read(timeUs, this.#musicPcm);
    if (this.#control.stems) this.#sendStems(timeUs);
    if (this.#music.present) mixMusic(this.#voicePcm, this.#musicPcm);
    writePcm16(this.#voicePcm, slot);
    const meta = this.#meta;
    meta.timeUs = timeUs;
    meta.bytes = SOUND_RING.slotBytes;
    this.#sound.commit(meta);
  }

  /** Voice and music one after the other, before they are mixed. */
  #sendStems(timeUs: number): void {
    const slot = this.#stems.begin();
    writePcm16(this.#voicePcm, slot);
    if (!this.#music.present) this.#musicPcm.fill(0);
    writePcm16(this.#musicPcm, slot.subarray(SOUND_RING.slotBytes));
    const meta = this.#meta;
    meta.timeUs = timeUs;
    meta.bytes = STEMS_RING.slotBytes;
    this.#stems.commit(meta);
  }

  /** To whoever looks at the pose, every other frame. */
  #showPose(): void {
    if (!this.#control.poseWatched || (this.#nextUs / TICK_US) % 2 !== 0) return;
    const pose = new Float32Array(POSE_FLOATS);
    writePose(this.#ensemble.poses[0]!, pose);
    this.#house.tell({ type: 'pose', id: this.#options.id, pose });
  }

  #report(): void {
    const { id } = this.#options;
    if (this.#meter.levelDue) {
      const { mood } = this.#speech;
      this.#house.tell({ type: 'level', id, mood: { ...mood, events: { ...mood.events } } });
      this.#reportMotion();
    }
    if (this.#meter.statsDue) {
      const drops = { ring: this.#packets.dropped, poses: this.#poses.dropped };
      const lookaheadMs = (this.#ear.aheadUs - MOUTH_US) / US_PER_MS;
      const measured = this.#meter.stats(this.#speech.packetStats, drops, this.#ladder);
      const stats = { ...measured, lookaheadMs, body: this.#ensemble.health };
      this.#house.tell({ type: 'stats', id, stats });
    }
  }

  #reportMotion(): void {
    const seconds = this.#nextUs / US_PER_SECOND;
    const { webcam, vmc } = this.#ensemble.live;
    const { playing, waiting } = this.#ensemble.state(seconds);
    const { bpm, phase, confidence, source } = this.#tempoAt(this.#nextUs);
    const state = {
      playing: [...playing],
      waiting,
      webcam: webcam.present(seconds),
      vmc: vmc.present(seconds),
      tempo: {
        bpm: rounded(bpm, 10),
        confidence: rounded(confidence, 20),
        source,
        phase: rounded(phase, 100),
      },
    };
    const told = JSON.stringify(state);
    if (told === this.#toldMotion) return;
    this.#toldMotion = told;
    this.#house.tell({ type: 'motion', id: this.#options.id, state });
  }
}

function lookOf({ background }: EngineSessionOptions, look: ReadyLook | undefined): ReadyLook {
  return look ?? plainLook(parseColour(background));
}

function rounded(value: number, perUnit: number): number {
  return Math.round(value * perUnit) / perUnit;
}

/**
 * Draws a few pictures for nobody: the first ones take ten times as long until the code is
 * compiled, and a session's clock must not start with late frames. By avatars of their own: the
 * session's motion begins at its beginning, as a render of it does.
 */
async function warmUp(options: EngineSessionOptions, house: EngineHouse): Promise<void> {
  const { width, height } = options;
  const ensemble = await Ensemble.open(options, house);
  const frame = new Uint8Array((width * height * 3) / 2);
  const scene = new ScenePicture({ width, height }, lookOf(options, options.look));
  const startedUs = nowUs();
  let frameMs = 0;
  for (let i = 0; i < WARM_UP_FRAMES; i += 1) {
    const seconds = (i * TICK_US) / US_PER_SECOND;
    const beforeUs = nowUs();
    ensemble.update(seconds, { voice: 0, stress: 0 }, () => undefined);
    scene.compose(await ensemble.draw(seconds), seconds * US_PER_SECOND, frame);
    frameMs = (nowUs() - beforeUs) / US_PER_MS;
    // Large networks are warm after two frames, which may be seconds.
    if (i > 0 && nowUs() - startedUs > WARM_UP_US) break;
  }
  const { health } = ensemble;
  ensemble.close();
  if (health && health.problem !== '') throw new AppError('engine_failed', health.problem);
  if (frameMs > SLOWEST_FRAME_MS) {
    throw new AppError(
      'over_capacity',
      `A picture takes ${Math.round(frameMs)} ms here on ${health?.device ?? 'cpu'}; ` +
        `at most ${SLOWEST_FRAME_MS} ms are bearable for a live avatar. Choose another device or a smaller pack.`,
    );
  }
}

/** The session may ask for another device than the server's. */
function houseOf({ device }: EngineSessionOptions, house: EngineHouse): EngineHouse {
  if (device === undefined) return house;
  return { ...house, compute: { ...(house.compute ?? CPU_COMPUTE), device } };
}
