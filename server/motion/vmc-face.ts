/**
 * Blend shapes as VMC senders name them, as ARKit weights: ARKit's own names ("perfect sync", in any
 * spelling of case and side), VRM 0 and VRM 1 expressions. Pure; main thread.
 * https://github.com/vrm-c/vrm-specification/blob/master/specification/VRMC_vrm-1.0/expressions.md
 */
import { ARKIT, ARKIT_COUNT, ARKIT_NAMES, type ArkitName } from '../protocol/arkit.ts';

type Shape = Partial<Record<ArkitName, number>>;

const SMILE: Shape = {
  mouthSmileLeft: 0.8,
  mouthSmileRight: 0.8,
  cheekSquintLeft: 0.5,
  cheekSquintRight: 0.5,
};
const ANGRY: Shape = { browDownLeft: 0.9, browDownRight: 0.9, mouthFrownLeft: 0.4, mouthFrownRight: 0.4 }; // prettier-ignore
const SAD: Shape = { browInnerUp: 0.8, mouthFrownLeft: 0.7, mouthFrownRight: 0.7 };
const SURPRISED: Shape = { eyeWideLeft: 0.9, eyeWideRight: 0.9, browInnerUp: 0.9, browOuterUpLeft: 0.9, browOuterUpRight: 0.9 }; // prettier-ignore
const AA: Shape = { jawOpen: 0.65, mouthLowerDownLeft: 0.2, mouthLowerDownRight: 0.2 };
const IH: Shape = { jawOpen: 0.18, mouthStretchLeft: 0.45, mouthStretchRight: 0.45 };
const OU: Shape = { jawOpen: 0.18, mouthPucker: 0.7, mouthFunnel: 0.25 };
const EE: Shape = { jawOpen: 0.35, mouthStretchLeft: 0.3, mouthStretchRight: 0.3 };
const OH: Shape = { jawOpen: 0.45, mouthFunnel: 0.5 };

/** Keys in lower case without underscores and blanks. */
const EXPRESSIONS: Readonly<Record<string, Shape>> = {
  a: AA,
  aa: AA,
  i: IH,
  ih: IH,
  u: OU,
  ou: OU,
  e: EE,
  ee: EE,
  o: OH,
  oh: OH,
  blink: { eyeBlinkLeft: 1, eyeBlinkRight: 1 },
  blinkl: { eyeBlinkLeft: 1 },
  blinkleft: { eyeBlinkLeft: 1 },
  blinkr: { eyeBlinkRight: 1 },
  blinkright: { eyeBlinkRight: 1 },
  joy: SMILE,
  happy: SMILE,
  fun: { ...SMILE, eyeSquintLeft: 0.4, eyeSquintRight: 0.4 },
  relaxed: { mouthSmileLeft: 0.4, mouthSmileRight: 0.4, eyeSquintLeft: 0.3, eyeSquintRight: 0.3 },
  angry: ANGRY,
  sorrow: SAD,
  sad: SAD,
  surprised: SURPRISED,
  lookup: { eyeLookUpLeft: 1, eyeLookUpRight: 1 },
  lookdown: { eyeLookDownLeft: 1, eyeLookDownRight: 1 },
  lookleft: { eyeLookOutLeft: 1, eyeLookInRight: 1 },
  lookright: { eyeLookOutRight: 1, eyeLookInLeft: 1 },
};

const SHAPES: ReadonlyMap<string, Shape> = new Map([
  ...Object.entries(EXPRESSIONS),
  ...ARKIT_NAMES.flatMap((name): [string, Shape][] => {
    const key = plain(name);
    const short = key.replace(/left$/, 'l').replace(/right$/, 'r');
    return [
      [key, { [name]: 1 }],
      [short, { [name]: 1 }],
    ];
  }),
]);

export class VmcFace {
  readonly #values = new Map<Shape, number>();
  #applied = false;

  /** True once a whole set of blend shapes was told. */
  get known(): boolean {
    return this.#applied;
  }

  /** `value` 0..1; false for a name that is neither ARKit's nor VRM's, which is no error. */
  set(name: string, value: number): boolean {
    const shape = SHAPES.get(plain(name));
    if (!shape) return false;
    this.#values.set(shape, Math.max(0, Math.min(1, value)));
    return true;
  }

  apply(): void {
    this.#applied = this.#values.size > 0;
  }

  reset(): void {
    this.#values.clear();
    this.#applied = false;
  }

  /** Where several shapes move a weight, the strongest counts: senders tell A beside jawOpen. */
  write(face: Float32Array): void {
    face.fill(0, 0, ARKIT_COUNT);
    for (const [shape, value] of this.#values) {
      for (const [name, weight] of Object.entries(shape)) {
        const index = ARKIT[name as ArkitName];
        face[index] = Math.max(face[index]!, weight * value);
      }
    }
  }
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_\s]/g, '');
}
