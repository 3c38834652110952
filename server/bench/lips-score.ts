/**
 * How well a row of viseme guesses fits the truth: accuracies, closures, silence. Pure.
 *
 * The six classes: silence, closed lips (PP), bite (FF), open (aa, E), rounded (oh, ou), and narrow
 * (all the rest, shaped by tongue and teeth). An event is a run of PP (or FF) frames; one is found,
 * or right, when a run on the other side touches it within 40 ms.
 */
import { VISEMES } from '../speech/visemes.ts';

export type Guess = { readonly truth: Uint8Array; readonly guess: Uint8Array };

export type Score = {
  /** Accuracy on the frames where somebody speaks. */
  readonly acc6: number;
  readonly acc15: number;
  /** Accuracy on all frames, silence included. */
  readonly acc6All: number;
  readonly acc15All: number;
  /** Mean F1 of the six classes over all frames. */
  readonly macroF1: number;
  readonly pbmRecall: number;
  readonly pbmPrecision: number;
  readonly fvRecall: number;
  readonly fvPrecision: number;
  /** Share of silent frames, 40 ms away from speech or more, where the guess is not silence. */
  readonly falseOpenSilence: number;
};

const TOLERANCE_FRAMES = 2;
const CLASSES = 6;
const CLASS_OF = Uint8Array.from(VISEMES, (name) => {
  const fixed: Partial<Record<string, number>> = {
    sil: 0,
    PP: 1,
    FF: 2,
    aa: 3,
    E: 3,
    oh: 4,
    ou: 4,
  };
  return fixed[name] ?? 5;
});
const PP = VISEMES.indexOf('PP');
const FF = VISEMES.indexOf('FF');

export function score(clips: readonly Guess[]): Score {
  const pbm = events(clips, PP);
  const fv = events(clips, FF);
  const pairs = clips.flatMap(({ truth, guess }) =>
    Array.from(truth, (t, i) => [t, guess[i]!] as const),
  );
  const speech = pairs.filter(([t]) => t !== 0);
  const same15 = ([t, g]: readonly [number, number]): boolean => t === g;
  const same6 = ([t, g]: readonly [number, number]): boolean => CLASS_OF[t] === CLASS_OF[g];
  return {
    acc6: share(speech, same6),
    acc15: share(speech, same15),
    acc6All: share(pairs, same6),
    acc15All: share(pairs, same15),
    macroF1: macroF1(pairs),
    pbmRecall: pbm.recall,
    pbmPrecision: pbm.precision,
    fvRecall: fv.recall,
    fvPrecision: fv.precision,
    falseOpenSilence: falseOpen(clips),
  };
}

/** Share of items that pass; 0 when there are none. */
export function share<T>(items: readonly T[], passes: (item: T) => boolean): number {
  return items.length === 0 ? 0 : items.filter(passes).length / items.length;
}

function macroF1(pairs: readonly (readonly [number, number])[]): number {
  let sum = 0;
  for (let c = 0; c < CLASSES; c += 1) {
    let both = 0;
    let either = 0;
    for (const [t, g] of pairs) {
      const inTruth = CLASS_OF[t] === c ? 1 : 0;
      const inGuess = CLASS_OF[g] === c ? 1 : 0;
      both += inTruth * inGuess;
      either += inTruth + inGuess;
    }
    sum += either > 0 ? (2 * both) / either : 0;
  }
  return sum / CLASSES;
}

function events(clips: readonly Guess[], viseme: number): { recall: number; precision: number } {
  let wanted = 0;
  let found = 0;
  let given = 0;
  let right = 0;
  for (const { truth, guess } of clips) {
    const truths = runs(truth, viseme);
    const guesses = runs(guess, viseme);
    wanted += truths.length;
    given += guesses.length;
    found += truths.filter((run) => guesses.some((other) => touch(run, other))).length;
    right += guesses.filter((run) => truths.some((other) => touch(run, other))).length;
  }
  return { recall: wanted > 0 ? found / wanted : 0, precision: given > 0 ? right / given : 0 };
}

type Run = readonly [first: number, last: number];

function runs(track: Uint8Array, viseme: number): Run[] {
  const out: Run[] = [];
  let first = -1;
  for (let i = 0; i <= track.length; i += 1) {
    const inside = i < track.length && track[i] === viseme;
    if (inside && first < 0) first = i;
    if (!inside && first >= 0) {
      out.push([first, i - 1]);
      first = -1;
    }
  }
  return out;
}

function touch(a: Run, b: Run): boolean {
  return a[0] - TOLERANCE_FRAMES <= b[1] && b[0] - TOLERANCE_FRAMES <= a[1];
}

function falseOpen(clips: readonly Guess[]): number {
  const quiet = clips.flatMap(({ truth, guess }) =>
    Array.from(guess).filter((_, i) =>
      truth
        .subarray(Math.max(0, i - TOLERANCE_FRAMES), i + TOLERANCE_FRAMES + 1)
        .every((t) => t === 0),
    ),
  );
  return share(quiet, (g) => g !== 0);
}
