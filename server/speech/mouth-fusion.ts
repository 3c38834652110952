/**
 * One mouth out of two: what the voice says the lips do, and what a webcam saw them do. Pure; for
 * whoever mixes a performer's tracked face with lip sync. Both faces are 52 ARKit weights of the same
 * moment on MediaTime.
 *
 * The webcam knows smiles, silent grimaces and how wide this person opens; the voice knows when lips
 * meet, which a camera at 30 fps blurs or misses, and is there when a hand or the dark hides the mouth.
 */
import { ARKIT, type ArkitName } from '../protocol/arkit.ts';
import { MOUTH_WEIGHTS } from './mouth.ts';

/** A voice that presses the lips this much, and opens the jaw this little, says that they meet. */
const PRESSED = 0.25;
const SHUT = 0.06;

const MOUTH = Uint8Array.from(MOUTH_WEIGHTS, (name) => ARKIT[name]);
const PARTING = Uint8Array.from(
  [
    'jawOpen',
    'mouthFunnel',
    'mouthLowerDownLeft',
    'mouthLowerDownRight',
    'mouthUpperUpLeft',
    'mouthUpperUpRight',
  ] as const satisfies readonly ArkitName[],
  (name) => ARKIT[name],
);

/**
 * Writes the mouth's weights (MOUTH_WEIGHTS) into `out` and leaves its others alone; `out` may be one
 * of the two. `confidence` 0..1: how well the webcam sees the mouth; what is no number counts as 0.
 */
export function fuseMouth(
  audio: Readonly<Float32Array>,
  webcam: Readonly<Float32Array>,
  confidence: number,
  out: Float32Array,
): void {
  const seen = confidence > 0 ? Math.min(1, confidence) : 0;
  const lipsMeet =
    audio[ARKIT.mouthPressLeft]! >= PRESSED && audio[ARKIT.jawOpen]! <= SHUT ? seen : 0;
  const press = Math.max(audio[ARKIT.mouthPressLeft]!, audio[ARKIT.mouthPressRight]!);
  const bite = audio[ARKIT.mouthRollLower]!;
  for (const i of MOUTH) {
    const camera = Number.isFinite(webcam[i]) ? webcam[i]! : audio[i]!;
    out[i] = audio[i]! + seen * (camera - audio[i]!);
  }
  // What the voice is sure of holds against the camera: lips that meet, teeth on the lip.
  for (const i of PARTING) out[i]! *= 1 - lipsMeet;
  if (lipsMeet > 0) {
    out[ARKIT.mouthPressLeft] = Math.max(out[ARKIT.mouthPressLeft]!, press);
    out[ARKIT.mouthPressRight] = Math.max(out[ARKIT.mouthPressRight]!, press);
  }
  out[ARKIT.mouthRollLower] = Math.max(out[ARKIT.mouthRollLower]!, bite);
}
