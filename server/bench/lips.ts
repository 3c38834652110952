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
import { headAudioReader, wawaReader } from './lips-peers.ts';
import { earlier, modelReader, type LipReader } from './lips-reader.ts';
import { measureReader, type LipsScore } from './lips-measure.ts';
import { score, type Score } from './lips-score.ts';

export type LipsOptions = {
  /** A folder of audio files with alignments beside them; golden/ and grid-av in it are used too. */
  readonly dataDir?: string;
  readonly modelDir?: string;
  /** Other projects' packages beside ours; they take most of the time. Default: all. */
  readonly peers?: 'all' | 'none';
};

export type LipsReport = {
  readonly clips: readonly string[];
  readonly seconds: number;
  readonly lookaheadMs: Readonly<Record<string, LipsScore>>;
  readonly baselines: { readonly loudness: Score; readonly mfccCentroid: Score };
  readonly peers: Readonly<Record<string, LipsScore>>;
  /** Median and 95th percentile of a step of the network, for all look-aheads at once. */
  readonly msPerTick: number;
  readonly msPerTickP95: number;
};

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Delays tried for a peer that does not say its own, in 20 ms frames. */
const PEER_DELAYS = [0, 1, 3, 5];

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
  const stepMs: number[] = [];
  const lookaheadMs = await measureModel(
    options.modelDir ?? join(ROOT, 'models', 'lipsync'),
    (reader) => measureReader(reader, clips, folder),
    stepMs,
  );
  return {
    clips: clips.map((clip) => clip.name),
    seconds: clips.reduce((sum, clip) => sum + clip.audio.length / 16000, 0),
    lookaheadMs,
    baselines: {
      loudness: score(loudnessGuesses(clips)),
      mfccCentroid: score(mfccGuesses(clips)),
    },
    peers: options.peers === 'none' ? {} : await measurePeers(clips, folder),
    msPerTick: quantile(stepMs, 0.5),
    msPerTickP95: quantile(stepMs, 0.95),
  };
}

/** The model at each look-ahead it has a head for. */
async function measureModel(
  dir: string,
  measure: (reader: LipReader) => Promise<LipsScore>,
  stepMs: number[],
): Promise<Record<string, LipsScore>> {
  const out: Record<string, LipsScore> = {};
  let wanted: readonly (number | undefined)[] = [undefined];
  for (let i = 0; i < wanted.length; i += 1) {
    const model = await LipModel.open(dir, wanted[i]);
    try {
      out[model.lookaheadMs] = await measure(modelReader(model, stepMs));
      const own = model.lookaheadMs;
      if (i === 0) wanted = [own, ...model.lookaheadsMs.filter((ms) => ms !== own)];
    } finally {
      await model.close();
    }
  }
  return out;
}

async function measurePeers(
  clips: readonly Clip[],
  folder: string,
): Promise<Record<string, LipsScore>> {
  return {
    wawaLipsync: await measurePeer(await wawaReader(), clips, folder),
    headAudio: await measurePeer(await headAudioReader(), clips, folder),
  };
}

/** Peers don't tell their delay: each gets the one at which it reads these clips best. */
async function measurePeer(
  reader: LipReader,
  clips: readonly Clip[],
  folder: string,
): Promise<LipsScore> {
  let best = { acc6: -1, reader };
  for (const frames of PEER_DELAYS) {
    const shifted = earlier(reader, frames);
    const guesses = [];
    for (const { audio, truth } of clips) {
      guesses.push({ truth, guess: (await shifted.read(audio)).guess });
    }
    const { acc6 } = score(guesses);
    if (acc6 > best.acc6) best = { acc6, reader: shifted };
  }
  return measureReader(best.reader, clips, folder);
}

function quantile(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))] ?? 0;
}

/** The report as a table for people. */
export function formatLips(report: LipsReport): string {
  const ahead = Object.entries(report.lookaheadMs).sort(([a], [b]) => Number(a) - Number(b));
  const full = [...Object.values(report.peers), ...ahead.map(([, one]) => one)];
  const { loudness, mfccCentroid } = report.baselines;
  const names = ['loudness', 'MFCC', ...Object.keys(report.peers)];
  const table = [
    ['', ...names, ...ahead.map(([ms]) => `ours ${ms} ms`)],
    ...ROWS.map(([label, key]) => [
      label,
      ...[loudness, mfccCentroid, ...full].map((one) => one[key].toFixed(2)),
    ]),
    ...FULL_ROWS.map(([label, value]) => [label, '', '', ...full.map((one) => value(one))]),
  ];
  const head = `${report.clips.length} clips, ${report.seconds.toFixed(1)} s of human speech`;
  const ms = `${report.msPerTick.toFixed(2)} / ${report.msPerTickP95.toFixed(2)}`;
  return [head, ...table.map((row) => formatRow(row)), `ms a step, p50 / p95: ${ms}`].join('\n');
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

const FULL_ROWS: readonly (readonly [string, (one: LipsScore) => string])[] = [
  ['open in noise without speech', (one) => one.falseOpenNoise.toFixed(2)],
  ['6 classes lost over ±20 dB', (one) => one.levelLoss.toFixed(3)],
  ['visemes changed over ±20 dB', (one) => one.levelFlips.toFixed(3)],
  ['6 classes, first 300 ms', (one) => one.coldStartAcc6.toFixed(2)],
  ['6 classes, noise at 20 dB SNR', (one) => one.noiseAcc6['20']!.toFixed(2)],
  ['6 classes, noise at 10 dB SNR', (one) => one.noiseAcc6['10']!.toFixed(2)],
  ['6 classes, noise at 5 dB SNR', (one) => one.noiseAcc6['5']!.toFixed(2)],
  ['6 classes, telephone band', (one) => one.telephoneAcc6.toFixed(2)],
  ['r with filmed lips', (one) => one.lipCorrelation?.toFixed(2) ?? '–'],
  ['lag behind filmed lips, ms', (one) => one.lagMs?.toFixed(0) ?? '–'],
];

function formatRow(row: readonly string[]): string {
  return row.map((cell, i) => (i === 0 ? cell.padEnd(30) : cell.padStart(12))).join('');
}
