/** Runs the embedded lip-sync model over whole clips, for `posecast bench lips`. Command line only. */
import { ARKIT, type ArkitName } from '../protocol/arkit.ts';
import {
  createLipFrame,
  LIP_CONTEXT,
  LIP_HOP,
  LipWindow,
  type LipModel,
} from '../speech/lip-sync.ts';
import { Mouth } from '../speech/mouth.ts';
import { Prosody } from '../speech/prosody.ts';

export type LipRun = {
  /** The viseme the product's mouth shows in every 20 ms frame, in place: the look-ahead is taken out. */
  readonly guess: Uint8Array;
  /** Opening of the lips after each step, in jaw units, also with the look-ahead taken out. */
  readonly opening: Float64Array;
  /** Wall time of each step. */
  readonly stepMs: Float64Array;
};

const SILENCE = new Float32Array(LIP_HOP);

/** Streams 16 kHz audio through a fresh state and a fresh mouth. */
export async function runLips(model: LipModel, audio: Float32Array): Promise<LipRun> {
  const state = model.createState();
  const frame = createLipFrame();
  const window = new LipWindow();
  const mouth = new Mouth();
  const prosody = new Prosody();
  const face = new Float32Array(52);
  const delay = model.lookaheadMs / 20;
  const frames = Math.floor(audio.length / LIP_HOP);
  const guess = new Uint8Array(frames);
  const opening = new Float64Array(frames);
  const stepMs = new Float64Array(frames + delay);
  for (let step = 0; step < frames + delay; step += 1) {
    window.push(step < frames ? audio.subarray(step * LIP_HOP, (step + 1) * LIP_HOP) : SILENCE);
    const began = performance.now();
    await model.step(state, window.samples, frame);
    stepMs[step] = performance.now() - began;
    const { loudness } = prosody.push(window.samples.subarray(LIP_CONTEXT));
    mouth.update(frame, 0.02, loudness);
    if (step < delay) continue;
    guess[step - delay] = mouth.reading.viseme;
    mouth.apply(face);
    opening[step - delay] = lipGap(face);
  }
  return { guess, opening, stepMs };
}

/** The lips' gap as the drawn host opens it, in units of a fully dropped jaw. */
export function lipGap(face: Float32Array): number {
  const value = (name: ArkitName): number => face[ARKIT[name]]!;
  const jaw = Math.max(0, value('jawOpen') - value('mouthClose'));
  return (
    jaw +
    0.2 * value('mouthLowerDownLeft') +
    0.13 * value('mouthUpperUpLeft') +
    0.15 * value('mouthFunnel')
  );
}
