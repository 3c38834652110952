/**
 * `posecast bench lips`: how well the embedded lip-sync model reads human voices, beside what it must
 * beat. Command line only; needs ffmpeg. Nothing of the model was tuned on a clip other than those it
 * reports, see models/README.md.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../core/errors.ts';
import { LipModel } from '../speech/lip-sync.ts';
import { loudnessGuesses, mfccGuesses } from './lips-baselines.ts';
import { readClips, type Clip } from './lips-clips.ts';
import { compareWithFaces } from './lips-faces.ts';
import { runLips } from './lips-run.ts';
import { score, share, type Score } from './lips-score.ts';
import { addNoise, atPeak, noises } from './lips-sounds.ts';

export type LipsOptions = {
  /** A folder of audio files with alignments beside them; golden/ and grid-av in it are used too. */
  readonly dataDir?: string;
  readonly modelDir?: string;
};

export type LipsScore = Score & {
  /** Share of frames of noise without speech where the guess is not silence. */
  readonly falseOpenNoise: number;
  /** Most acc6 lost at -20, -10, +10, +20 dB around a peak of -20 dBFS. */
  readonly levelLoss: number;
  /** Share of frames whose viseme changes between the -20 dB and the +20 dB copy. */
  readonly levelFlips: number;
  /** acc6 in the first 300 ms of speech after a fresh state. */
  readonly coldStartAcc6: number;
  /** acc6 by signal-to-noise ratio in dB. */
  readonly noiseAcc6: Readonly<Record<string, number>>;
  /** Mean correlation of the avatar's lip gap with filmed speakers'; null without such clips. */
  readonly lipCorrelation: number | null;
  /** Lag of the best correlation, positive when the avatar is late; null without such clips. */
  readonly lagMs: number | null;
};

export type LipsReport = {
  readonly clips: readonly string[];
  readonly seconds: number;
  readonly lookaheadMs: Readonly<Record<string, LipsScore>>;
  readonly baselines: { readonly loudness: Score; readonly mfccCentroid: Score };
  readonly peers: Readonly<Record<string, Score>>;
  readonly msPerTick: { readonly p50: number; readonly p95: number };
};

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export async function benchLips(options: LipsOptions = {}): Promise<LipsReport> {
  const folder = options.dataDir ?? join(ROOT, '..', 'shared', 'data');
  const clips = await readClips(
    existsSync(join(folder, 'speech')) ? join(folder, 'speech') : folder,
  );
  if (clips.length === 0) {
    throw new AppError(
      'not_found',
      `${folder} has no audio file with a phone alignment beside it.`,
    );
  }
  const model = await LipModel.open(options.modelDir ?? join(ROOT, 'models', 'lipsync'));
  try {
    const { scores, stepMs } = await scoreModel(model, clips, folder);
    return {
      clips: clips.map((clip) => clip.name),
      seconds: clips.reduce((sum, clip) => sum + clip.audio.length / 16000, 0),
      lookaheadMs: { [model.lookaheadMs]: scores },
      baselines: {
        loudness: score(loudnessGuesses(clips)),
        mfccCentroid: score(mfccGuesses(clips)),
      },
      peers: {},
      msPerTick: { p50: quantile(stepMs, 0.5), p95: quantile(stepMs, 0.95) },
    };
  } finally {
    await model.close();
  }
}

async function scoreModel(model: LipModel, clips: readonly Clip[], folder: string) {
  const stepMs: number[] = [];
  const guessAll = async (change: (clip: Clip) => Float32Array) => {
    const out = [];
    for (const clip of clips) {
      const { guess, stepMs: times } = await runLips(model, change(clip));
      stepMs.push(...times);
      out.push({ truth: clip.truth, guess });
    }
    return out;
  };
  const plain = score(await guessAll((clip) => clip.audio));
  const levels = [];
  for (const peakDb of [-40, -30, -20, -10, 0]) {
    levels.push(await guessAll((clip) => atPeak(clip.audio, peakDb)));
  }
  const accuracies = levels.map((guesses) => score(guesses).acc6);
  const noiseAcc6: Record<string, number> = {};
  for (const snrDb of [20, 10, 5]) {
    noiseAcc6[snrDb] = score(await guessAll((clip) => addNoise(clip, snrDb))).acc6;
  }
  const scores: LipsScore = {
    ...plain,
    falseOpenNoise: await falseOpenInNoise(model),
    levelLoss: Math.max(...accuracies.map((accuracy) => accuracies[2]! - accuracy)),
    levelFlips: flips(levels[0]!, levels[4]!),
    coldStartAcc6: await coldStart(model, clips),
    noiseAcc6,
    ...(await compareWithFaces(model, folder)),
  };
  return { scores, stepMs };
}

async function falseOpenInNoise(model: LipModel): Promise<number> {
  const shares = [];
  for (const noise of noises()) {
    const { guess } = await runLips(model, noise);
    shares.push(share(Array.from(guess), (viseme) => viseme !== 0));
  }
  return shares.reduce((sum, x) => sum + x, 0) / shares.length;
}

/** Starts afresh where speech sets in after a pause, and at every second of speech. */
async function coldStart(model: LipModel, clips: readonly Clip[]): Promise<number> {
  const guesses = [];
  for (const { audio, truth } of clips) {
    for (let start = 0; start + 25 <= truth.length; start += 1) {
      const onset = truth[start] !== 0 && (start === 0 || truth[start - 1] === 0);
      if (!onset && start % 50 !== 25) continue;
      const { guess } = await runLips(model, audio.slice(start * 320, (start + 25) * 320));
      guesses.push({ truth: truth.subarray(start, start + 15), guess: guess.subarray(0, 15) });
    }
  }
  return score(guesses).acc6;
}

function flips(
  a: readonly { readonly guess: Uint8Array }[],
  b: readonly { readonly guess: Uint8Array }[],
): number {
  const same = a.flatMap(({ guess }, c) => Array.from(guess, (v, i) => v === b[c]!.guess[i]));
  return share(same, (equal) => !equal);
}

function quantile(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))] ?? 0;
}

/** The report as a table for people. */
export function formatLips(report: LipsReport): string {
  const [lookahead, ours] = Object.entries(report.lookaheadMs)[0]!;
  const { loudness, mfccCentroid } = report.baselines;
  const rows = ROWS.map(([label, key]) => [
    label,
    ...[loudness, mfccCentroid, ours].map((one) => one[key].toFixed(2)),
  ]);
  const only = (label: string, value: string): string[] => [label, '', '', value];
  const table = [
    ['', 'loudness', 'MFCC', `ours ${lookahead} ms`],
    ...rows,
    only('open in noise without speech', ours.falseOpenNoise.toFixed(2)),
    only('6-class accuracy lost over ±20 dB', ours.levelLoss.toFixed(3)),
    only('visemes changed over ±20 dB', ours.levelFlips.toFixed(3)),
    only('6 classes, first 300 ms after a start', ours.coldStartAcc6.toFixed(2)),
    ...Object.entries(ours.noiseAcc6)
      .sort(([a], [b]) => Number(b) - Number(a))
      .map(([snr, value]) => only(`6 classes, noise at ${snr} dB SNR`, value.toFixed(2))),
    only('r with filmed lips', ours.lipCorrelation?.toFixed(2) ?? '–'),
    only('lag behind filmed lips, ms', ours.lagMs?.toFixed(0) ?? '–'),
    only(
      'ms a step, p50 / p95',
      `${report.msPerTick.p50.toFixed(2)} / ${report.msPerTick.p95.toFixed(2)}`,
    ),
  ];
  const head = `${report.clips.length} clips, ${report.seconds.toFixed(1)} s of human speech`;
  return [head, ...table.map((row) => formatRow(row))].join('\n');
}

const ROWS = [
  ['15 classes, speech', 'acc15'],
  ['15 classes, all frames', 'acc15All'],
  ['6 classes, speech', 'acc6'],
  ['6 classes, all frames', 'acc6All'],
  ['macro-F1, 6 classes', 'macroF1'],
  ['p b m recall ±40 ms', 'pbmRecall'],
  ['p b m precision', 'pbmPrecision'],
  ['f v recall', 'fvRecall'],
  ['f v precision', 'fvPrecision'],
  ['open in silence', 'falseOpenSilence'],
] as const satisfies readonly (readonly [string, keyof Score])[];

function formatRow(row: readonly string[]): string {
  return row.map((cell, i) => (i === 0 ? cell.padEnd(38) : cell.padStart(13))).join('');
}
