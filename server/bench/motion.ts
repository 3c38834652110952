/**
 * `posecast bench motion`: what moving an avatar costs and how smooth it is. The work itself is
 * measured; a pose's wait for its tick is drawn at random, as packets come at any time within it.
 * What a live session really took stands in its statistics (`poseToFrameMs`).
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../core/log.ts';
import { Durations } from '../core/percentiles.ts';
import { nowUs, TICK_US, US_PER_MS, US_PER_SECOND } from '../core/time.ts';
import { Ensemble } from '../inference/ensemble.ts';
import { ModelShelf } from '../inference/model-shelf.ts';
import { LivePose } from '../motion/live-pose.ts';
import { measureBeats } from '../motion/dance/measure.ts';
import { Motion } from '../motion/motion.ts';
import { seededRandom } from '../motion/random.ts';
import { readTemplates } from '../motion/template-files.ts';
import { FRAME_FLOATS, FRAME_LAYOUT } from '../motion/template/compiled-template.ts';
import { templateParts } from '../motion/template/sample.ts';
import { measureText, Sentences, type Sentence, type TextMeasure } from '../motion/text/measure.ts';
import { BODY, createPose } from '../protocol/pose.ts';
import { CastMember, MAX_CAST } from '../protocol/session.ts';
import { I420, parseColour } from '../render/i420.ts';

type Spread = { readonly p50: number; readonly p95: number };
export type MotionBench = {
  readonly poseToFrameMs: Spread;
  readonly mixerMs: Spread;
  /** Frames of six avatars at 1280 x 720 that took longer than a tick, of FRAMES; and their cost. */
  readonly lateFramesSixAvatars: number;
  readonly sixAvatarsMs: Spread;
  /** Largest step of a wrist in one frame, shoulder widths; webcam poses jump at random. */
  readonly maxJumpPerTick: number;
  /** Share of sentences that become exactly the motion they ask for, see bench/sentences. */
  readonly textToMotion: TextMeasure;
  /** Dancing against the music's true beats, see motion/dance/measure.ts. */
  readonly beatErrorMs: Spread;
  readonly accentFrameMs: Spread;
  readonly beatForetoldMs: Spread;
};

const FRAMES = 250;
const WARM_UP = 50;
const SPEAKING = { voice: 1, stress: 0.3 };

export async function benchMotion(modelsDir: string, log: Logger): Promise<MotionBench> {
  const avatarsDir = join(modelsDir, 'avatars');
  const { mixerMs, maxJumpPerTick } = measureMixer();
  const one = await measureFrames(avatarsDir, 1, { width: 512, height: 512 });
  const { beatErrorMs, accentFrameMs, foretoldMs } = measureBeats();
  const six = await measureFrames(avatarsDir, MAX_CAST, { width: 1280, height: 720 });
  return {
    poseToFrameMs: spread(withWait(one)),
    mixerMs,
    lateFramesSixAvatars: six.filter((ms) => ms > TICK_US / US_PER_MS).length,
    sixAvatarsMs: spread(six),
    maxJumpPerTick,
    textToMotion: await measureSentences(join(modelsDir, 'motions'), log),
    beatErrorMs,
    accentFrameMs,
    beatForetoldMs: foretoldMs,
  };
}

/** Those the parser was tuned on, and those it never saw, with the built-in templates. */
async function measureSentences(motionsDir: string, log: Logger): Promise<TextMeasure> {
  const templates = await readTemplates(motionsDir, log);
  const library = templates.map((template) => ({
    ...template,
    builtIn: true,
    parts: templateParts(template),
  }));
  const [tuned, heldOut] = await Promise.all(['tuned', 'held-out'].map(readSentences));
  return measureText({ tuned: tuned!, heldOut: heldOut! }, library);
}

async function readSentences(name: string): Promise<Sentence[]> {
  const path = new URL(`sentences/${name}.json`, import.meta.url);
  return Sentences.parse(JSON.parse(await readFile(path, 'utf8')));
}

/** A person who waves, and now and then is somewhere else altogether. */
function measureMixer(): Pick<MotionBench, 'mixerMs' | 'maxJumpPerTick'> {
  const webcam = new LivePose();
  const motion = new Motion({ seed: 1, placeOf: () => ({ x: 0, y: 0 }), live: [webcam] });
  motion.tier = 'full';
  const random = seededRandom(1);
  const pose = createPose();
  const times: number[] = [];
  let [jump, lastX, lastY] = [0, 0, 0];
  for (let tick = 0; tick < WARM_UP + 4 * FRAMES; tick += 1) {
    webcam.push({ floats: person(tick, random), timeUs: tick * TICK_US, has: () => true });
    const started = nowUs();
    motion.update((tick * TICK_US) / US_PER_SECOND, SPEAKING, pose);
    if (tick >= WARM_UP) times.push((nowUs() - started) / US_PER_MS);
    const [x, y] = [pose.body[BODY.leftWrist * 3]!, pose.body[BODY.leftWrist * 3 + 1]!];
    if (tick > 0) jump = Math.max(jump, Math.hypot(x - lastX, y - lastY));
    [lastX, lastY] = [x, y];
  }
  return { mixerMs: spread(times), maxJumpPerTick: jump };
}

function person(tick: number, random: () => number): Float32Array {
  const floats = new Float32Array(FRAME_FLOATS);
  const elsewhere = random() < 0.05 ? 4 * random() - 2 : 0;
  for (let i = 0; i < FRAME_FLOATS; i += 1) floats[i] = elsewhere + Math.sin(i + tick * 0.3);
  for (let i = 2; i < FRAME_LAYOUT.head; i += 3) floats[i] = 1;
  for (let i = FRAME_LAYOUT.face; i < FRAME_FLOATS; i += 1) floats[i] = random();
  return floats;
}

/** Motion, drawing and conversion of whole frames, ms each. */
async function measureFrames(
  avatarsDir: string,
  avatars: number,
  size: { readonly width: number; readonly height: number },
): Promise<number[]> {
  const cast = Array.from({ length: avatars }, (_, i) => ({
    ...CastMember.parse({
      avatar: 'mira',
      x: (i + 0.5) / avatars,
      scale: avatars === 1 ? 1 : 0.5,
    }),
    packDir: join(avatarsDir, i % 2 === 0 ? 'mira' : 'leo'),
  }));
  const ensemble = await Ensemble.open({ cast, ...size, seed: 1 }, { shelf: new ModelShelf() });
  const i420 = new I420(size.width, size.height, parseColour('#e4e0d6'));
  const frame = new Uint8Array((size.width * size.height * 3) / 2);
  const times: number[] = [];
  for (let tick = 0; tick < WARM_UP + FRAMES; tick += 1) {
    const seconds = (tick * TICK_US) / US_PER_SECOND;
    const started = nowUs();
    ensemble.update(seconds, SPEAKING, () => undefined);
    i420.convert(await ensemble.draw(seconds), frame);
    if (tick >= WARM_UP) times.push((nowUs() - started) / US_PER_MS);
  }
  ensemble.close();
  return times;
}

/** Each frame's work after a random part of a tick. */
function withWait(times: readonly number[]): number[] {
  const random = seededRandom(2);
  return times.map((ms) => ms + (random() * TICK_US) / US_PER_MS);
}

function spread(times: readonly number[]): Spread {
  const durations = new Durations(times.length);
  for (const ms of times) durations.add(ms);
  return { p50: durations.percentile(50), p95: durations.percentile(95) };
}
