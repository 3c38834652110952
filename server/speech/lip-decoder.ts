/**
 * What the mouth is to do, out of 20 ms of posteriors: is somebody speaking, do the lips meet, do the
 * teeth bite, and which viseme is it otherwise. Lips that meet and part are events a viewer sees, so
 * they are decided with hysteresis and not by the largest of fifteen numbers; the thresholds were
 * set on synthesized voices held out of training and on the clips of `posecast bench lips`.
 * A pure step of the engine thread; one LipDecoder per speaker, inside its Mouth.
 */
import type { LipFrame } from './lip-sync.ts';
import { VISEMES, VISEME_COUNT } from './visemes.ts';

export type LipReading = {
  /** Index into VISEMES of what the mouth shows. 0, silence, whenever nobody speaks. */
  viseme: number;
  speaking: boolean;
  /** The lips meet (p b m). */
  closed: boolean;
  /** The teeth touch the lip (f v). */
  biting: boolean;
};

/**
 * The gate opens at this voice probability and shuts at the lower one. Lower, and the mouth outlasts
 * the voice and opens to breath; higher, and it shuts within words.
 */
const GATE_OPENS = 0.72;
const GATE_SHUTS = 0.69;

/** An event begins when its evidence reaches `on` and ends when it falls below `off`. */
const CLOSURE = { on: 0.4, off: 0.25 } as const;
const BITE = { on: 0.45, off: 0.3 } as const;

const SIL = 0;
const PP = VISEMES.indexOf('PP');
const FF = VISEMES.indexOf('FF');

export class LipDecoder {
  readonly reading: LipReading = { viseme: SIL, speaking: false, closed: false, biting: false };

  /** Reads one frame; the returned object is the same every time. */
  update(frame: LipFrame): LipReading {
    const { reading } = this;
    if (frame.voice >= GATE_OPENS) reading.speaking = true;
    else if (!(frame.voice > GATE_SHUTS)) reading.speaking = false;
    const closing = frame.visemes[PP]!;
    const biting = frame.visemes[FF]!;
    reading.closed = reading.speaking && closing >= (reading.closed ? CLOSURE.off : CLOSURE.on);
    reading.biting =
      reading.speaking && !reading.closed && biting >= (reading.biting ? BITE.off : BITE.on);
    reading.viseme = this.#viseme(frame.visemes);
    return reading;
  }

  reset(): void {
    Object.assign(this.reading, { viseme: SIL, speaking: false, closed: false, biting: false });
  }

  #viseme(visemes: Float32Array): number {
    const { speaking, closed, biting } = this.reading;
    if (!speaking) return SIL;
    if (closed) return PP;
    if (biting) return FF;
    let best = SIL;
    for (let v = 1; v < VISEME_COUNT; v += 1) {
      if (v !== PP && v !== FF && visemes[v]! > visemes[best]!) best = v;
    }
    return best;
  }
}
