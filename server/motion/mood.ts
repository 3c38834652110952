/**
 * The mood of a script: how it colours face and posture while the script runs. The face goes into a
 * layer of the mixer under the templates; the posture is added to what idle and beats say. Blinks,
 * glances and the speaking mouth go on. Engine thread, one per avatar.
 */
import { ARKIT, type ArkitName } from '../protocol/arkit.ts';
import { BODY, type Pose } from '../protocol/pose.ts';
import type { Emotion } from '../protocol/template.ts';
import { writeHeadPoints } from './idle.ts';
import { MixedLayer } from './mixer.ts';

type Face = Partial<Record<ArkitName | Pair, number>>;
/** Names that stand for left and right. */
type Pair =
  | 'mouthSmile'
  | 'mouthFrown'
  | 'cheekSquint'
  | 'eyeSquint'
  | 'eyeWide'
  | 'browDown'
  | 'browOuterUp'
  | 'mouthDimple';
/** Radians of head pitch and roll, shoulder widths by which the shoulders rise. */
type Posture = { readonly pitch: number; readonly roll: number; readonly shoulders: number };
type Mood = { readonly face: Face; readonly posture: Posture };

const UPRIGHT: Posture = { pitch: 0, roll: 0, shoulders: 0 };

/** What a mood doesn't name of these it takes away: idle's faint smile has no place in grief. */
const OWNED: Face = {
  mouthSmile: 0,
  mouthFrown: 0,
  cheekSquint: 0,
  eyeSquint: 0,
  eyeWide: 0,
  browDown: 0,
  browOuterUp: 0.04,
  browInnerUp: 0.05,
};

const MOODS: Readonly<Record<Exclude<Emotion, 'neutral'>, Mood>> = {
  happy: {
    face: { mouthSmile: 0.7, cheekSquint: 0.45, eyeSquint: 0.15, browOuterUp: 0.15 },
    posture: { pitch: 0.03, roll: 0.03, shoulders: 0.01 },
  },
  excited: {
    face: { mouthSmile: 0.85, cheekSquint: 0.5, eyeWide: 0.35, browInnerUp: 0.4, browOuterUp: 0.5 },
    posture: { pitch: 0.06, roll: 0, shoulders: 0.025 },
  },
  sad: {
    face: { mouthFrown: 0.6, browInnerUp: 0.75, eyeSquint: 0.2 },
    posture: { pitch: -0.12, roll: 0.05, shoulders: -0.02 },
  },
  angry: {
    face: { browDown: 0.8, eyeSquint: 0.4, mouthFrown: 0.35 },
    posture: { pitch: -0.05, roll: 0, shoulders: 0.02 },
  },
  surprised: {
    face: { eyeWide: 0.9, browInnerUp: 0.85, browOuterUp: 0.85 },
    posture: { pitch: 0.07, roll: 0, shoulders: 0.035 },
  },
  thoughtful: {
    face: { browDown: 0.2, browInnerUp: 0.3, eyeSquint: 0.3, mouthDimple: 0.25 },
    posture: { pitch: 0.04, roll: -0.09, shoulders: 0 },
  },
  tender: {
    face: { mouthSmile: 0.5, cheekSquint: 0.35, browInnerUp: 0.35, eyeSquint: 0.15 },
    posture: { pitch: -0.03, roll: 0.09, shoulders: 0 },
  },
};

/** A posture is taken and left more slowly than a gesture. */
const POSTURE_SECONDS = 0.5;

export class MoodSource {
  readonly layer = new MixedLayer();
  #emotion: Emotion = 'neutral';
  /** Where the posture is: pitch, roll, shoulders. */
  readonly #posture = new Float32Array(3);

  set(emotion: Emotion | undefined): void {
    const next = emotion ?? 'neutral';
    if (next === this.#emotion) return;
    this.#emotion = next;
    const { says } = this.layer;
    says.face.fill(0);
    if (next === 'neutral') return;
    const face = { ...OWNED, ...MOODS[next].face };
    for (const [name, weight] of Object.entries(face)) {
      for (const index of indicesOf(name)) {
        says.face[index] = 1;
        says.pose.face[index] = weight;
      }
    }
  }

  /** Adds the posture to `pose`. */
  add(dtSeconds: number, pose: Pose): void {
    const { pitch, roll, shoulders } =
      this.#emotion === 'neutral' ? UPRIGHT : MOODS[this.#emotion].posture;
    const share = 1 - Math.exp(-dtSeconds / (POSTURE_SECONDS / 3));
    const at = this.#posture;
    at[0]! += (pitch - at[0]!) * share;
    at[1]! += (roll - at[1]!) * share;
    at[2]! += (shoulders - at[2]!) * share;
    if (Math.abs(at[0]!) + Math.abs(at[1]!) + Math.abs(at[2]!) < 1e-4) return;
    pose.head[1]! += at[0]!;
    pose.head[2]! += at[1]!;
    writeHeadPoints(pose);
    pose.body[BODY.leftShoulder * 3 + 1]! -= at[2]!;
    pose.body[BODY.rightShoulder * 3 + 1]! -= at[2]!;
  }
}

function indicesOf(name: string): readonly number[] {
  if (name in ARKIT) return [ARKIT[name as ArkitName]];
  return [ARKIT[`${name}Left` as ArkitName], ARKIT[`${name}Right` as ArkitName]];
}
