/**
 * From viseme posteriors to the avatar's mouth: one table, dominance blending for coarticulation
 * (Cohen & Massaro 1993), asymmetric attack and release, a gate that keeps the mouth shut when
 * nobody speaks. A pure step of the engine thread; one Mouth per speaker.
 *
 * Added lag: one pole with the time constants below, so 10-26 ms while a shape forms and 55 ms while
 * it relaxes. The posteriors' own look-ahead is not included (LipModel.lookaheadMs).
 */
import { ARKIT, ARKIT_COUNT, type ArkitName } from '../protocol/arkit.ts';
import { LipDecoder, type LipReading } from './lip-decoder.ts';
import type { LipFrame } from './lip-sync.ts';
import { VISEMES, VISEME_COUNT, type Viseme } from './visemes.ts';

type Shape = Partial<Record<ArkitName | 'mouthPress' | PairName, number>>;
type PairName = 'mouthStretch' | 'mouthLowerDown' | 'mouthUpperUp';

/**
 * Weights of every viseme at full strength; a pair's name stands for left and right. Set by ear and
 * eye for the drawn hosts, whose lips part by jawOpen less mouthClose, as in ARKit's own faces.
 */
export const VISEME_SHAPES: Readonly<Record<Viseme, Shape>> = {
  sil: {},
  PP: { mouthClose: 0.02, mouthPress: 0.5, mouthRollLower: 0.3, mouthRollUpper: 0.3 },
  FF: { jawOpen: 0.08, mouthRollLower: 0.65, mouthUpperUp: 0.3, mouthShrugLower: 0.15 },
  TH: { jawOpen: 0.16, mouthLowerDown: 0.2, mouthUpperUp: 0.1, tongueOut: 0.4 },
  DD: { jawOpen: 0.15, mouthLowerDown: 0.25, mouthUpperUp: 0.1, mouthStretch: 0.1, tongueOut: 0.15 },
  kk: { jawOpen: 0.2, mouthLowerDown: 0.2, mouthUpperUp: 0.1, mouthStretch: 0.08 },
  CH: { jawOpen: 0.12, mouthFunnel: 0.55, mouthPucker: 0.2, mouthLowerDown: 0.25 },
  SS: { jawOpen: 0.06, mouthStretch: 0.3, mouthLowerDown: 0.35, mouthUpperUp: 0.2 },
  nn: { jawOpen: 0.15, mouthLowerDown: 0.2, mouthUpperUp: 0.08, tongueOut: 0.2 },
  RR: { jawOpen: 0.16, mouthFunnel: 0.3, mouthPucker: 0.3, mouthLowerDown: 0.1 },
  aa: { jawOpen: 0.62, mouthLowerDown: 0.25, mouthUpperUp: 0.2, mouthStretch: 0.06 },
  E: { jawOpen: 0.4, mouthStretch: 0.28, mouthLowerDown: 0.25, mouthUpperUp: 0.18 },
  ih: { jawOpen: 0.22, mouthStretch: 0.42, mouthLowerDown: 0.2, mouthUpperUp: 0.15 },
  oh: { jawOpen: 0.45, mouthFunnel: 0.45, mouthPucker: 0.3 },
  ou: { jawOpen: 0.2, mouthFunnel: 0.3, mouthPucker: 0.7 },
}; // prettier-ignore

/** How strongly a viseme insists on its shape against its neighbours; 1 unless named. */
const DOMINANCE: Partial<Record<Viseme, number>> = {
  PP: 2.2,
  FF: 2,
  ou: 1.3,
  CH: 1.2,
  kk: 0.7,
  nn: 0.8,
};

/** Time constants in seconds, after filmed lips (lag and correlation in `posecast bench lips`); lips meet faster than a jaw moves. */
const ATTACK_S = 0.026;
const RELEASE_S = 0.055;
const CLOSURE_S = 0.01;

/** Share of PP, dominance included, from which the lips close and at which nothing stays open. */
const MEET_FROM = 0.35;
const MEET_FULLY = 0.7;

/** How far a decided closure or bite takes its own shape, whatever else the posteriors mix in. */
const LEAN = 0.8;

/** A change smaller than this is not made, and a weight below it with nothing to reach is 0. */
const DEADBAND = 0.012;

/** The ARKit weights that lips own; `apply` overwrites these and leaves the others alone. */
export const MOUTH_WEIGHTS: readonly ArkitName[] = Object.freeze([
  ...new Set(Object.values(VISEME_SHAPES).flatMap((shape) => expand(shape).map(([name]) => name))),
]);

export class Mouth {
  readonly #table = buildTable();
  readonly #indices = Uint8Array.from(MOUTH_WEIGHTS, (name) => ARKIT[name]);
  readonly #values = new Float32Array(MOUTH_WEIGHTS.length);
  readonly #target = new Float32Array(MOUTH_WEIGHTS.length);
  readonly #decoder = new LipDecoder();

  /** What the last frame was taken for; the same object every time. */
  get reading(): Readonly<LipReading> {
    return this.#decoder.reading;
  }

  /**
   * Moves the mouth towards what `frame` says.
   * @param dtSeconds time since the last update, 0.02 for every step of the lip-sync model
   * @param loudness how loud the speaker is beside their own level, 0..1 (ProsodyFrame.loudness);
   *   it opens the jaw by -25 to +15 per cent and shapes nothing
   */
  update(frame: LipFrame, dtSeconds: number, loudness = 0.6): void {
    this.#decoder.update(frame);
    const closure = this.#aim(frame.visemes, 0.75 + 0.4 * Math.max(0, Math.min(1, loudness)));
    const attack = 1 - Math.exp(-dtSeconds / ATTACK_S);
    // A closure pulls everything shut at its own speed.
    const releaseS = RELEASE_S + (CLOSURE_S - RELEASE_S) * closure;
    const release = 1 - Math.exp(-dtSeconds / releaseS);
    for (let i = 0; i < this.#values.length; i += 1) {
      const value = this.#values[i]!;
      const change = this.#target[i]! - value;
      if (this.#target[i] === 0 && value < DEADBAND) this.#values[i] = 0;
      else if (Math.abs(change) > DEADBAND || this.#target[i] === 0) {
        this.#values[i] = value + change * (change > 0 ? attack : release);
      }
    }
  }

  /** Writes the mouth's weights (0..1) into `face`, 52 ARKit weights; others stay as they are. */
  apply(face: Float32Array): void {
    for (let i = 0; i < this.#indices.length; i += 1) face[this.#indices[i]!] = this.#values[i]!;
  }

  /** Shuts the mouth at once, for a new speaker. */
  reset(): void {
    this.#values.fill(0);
    this.#decoder.reset();
  }

  /** Sets the target weights; returns how much of them is a closure (p b m, f v), 0..1. */
  #aim(visemes: Float32Array, openness: number): number {
    this.#target.fill(0);
    const { speaking, closed, biting } = this.reading;
    if (!speaking) return 0;
    let total = 0;
    for (let v = 0; v < VISEME_COUNT; v += 1) total += visemes[v]! * DOMINANCES[v]!;
    if (!(total > 0)) return 0;
    const width = this.#values.length;
    for (let v = 0; v < VISEME_COUNT; v += 1) {
      const share = (visemes[v]! * DOMINANCES[v]!) / total;
      const row = v * width;
      for (let i = 0; i < width; i += 1) this.#target[i]! += share * this.#table[row + i]!;
    }
    this.#target[JAW]! *= openness;
    const lipsMeet = closed ? 1 : (visemes[PP]! * DOMINANCES[PP]!) / total;
    // Lips that likely meet meet altogether: half a closure reads as none.
    const parted = 1 - Math.max(0, Math.min(1, (lipsMeet - MEET_FROM) / (MEET_FULLY - MEET_FROM)));
    for (const i of OPENING) this.#target[i]! *= parted;
    if (closed) this.#lean(PP, LEAN);
    else if (biting) this.#lean(FF, LEAN);
    return Math.min(1, lipsMeet + (visemes[FF]! * DOMINANCES[FF]!) / total);
  }

  /** Pulls the targets towards one viseme's own shape. */
  #lean(viseme: number, share: number): void {
    const row = viseme * this.#values.length;
    for (let i = 0; i < this.#values.length; i += 1) {
      this.#target[i]! += share * (this.#table[row + i]! - this.#target[i]!);
    }
  }
}

const DOMINANCES = Float32Array.from(VISEMES, (name) => DOMINANCE[name] ?? 1);
const JAW = MOUTH_WEIGHTS.indexOf('jawOpen');
const PP = VISEMES.indexOf('PP');
const FF = VISEMES.indexOf('FF');
const OPENING = Uint8Array.from(
  [
    'jawOpen',
    'mouthFunnel',
    'mouthLowerDownLeft',
    'mouthLowerDownRight',
    'mouthUpperUpLeft',
    'mouthUpperUpRight',
  ] as const satisfies readonly ArkitName[],
  (name) => MOUTH_WEIGHTS.indexOf(name),
);

/** The mouth that a viseme at full strength asks for, as 52 ARKit weights. */
export function visemeFace(viseme: Viseme): Float32Array {
  const face = new Float32Array(ARKIT_COUNT);
  for (const [name, weight] of expand(VISEME_SHAPES[viseme])) face[ARKIT[name]] = weight;
  return face;
}

function buildTable(): Float32Array {
  const table = new Float32Array(VISEME_COUNT * MOUTH_WEIGHTS.length);
  VISEMES.forEach((viseme, v) => {
    for (const [name, weight] of expand(VISEME_SHAPES[viseme])) {
      table[v * MOUTH_WEIGHTS.length + MOUTH_WEIGHTS.indexOf(name)] = weight;
    }
  });
  return table;
}

function expand(shape: Shape): [ArkitName, number][] {
  return Object.entries(shape).flatMap(([name, weight]): [ArkitName, number][] =>
    name in ARKIT
      ? [[name as ArkitName, weight]]
      : [
          [`${name}Left` as ArkitName, weight],
          [`${name}Right` as ArkitName, weight],
        ],
  );
}
