/** Every row of `posecast bench lips` for one reader. Command line only. */
import type { Clip } from './lips-clips.ts';
import { compareWithFaces } from './lips-faces.ts';
import type { LipReader } from './lips-reader.ts';
import { score, share, type Guess, type Score } from './lips-score.ts';
import { addNoise, atPeak, noises, telephone } from './lips-sounds.ts';

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
  /** acc6 between 300 and 3,400 Hz. */
  readonly telephoneAcc6: number;
  /** Mean correlation of the avatar's lip gap with filmed speakers'; null without such clips. */
  readonly lipCorrelation: number | null;
  /** Lag of the best correlation, positive when the avatar is late; null without such clips. */
  readonly lagMs: number | null;
};

export async function measureReader(
  reader: LipReader,
  clips: readonly Clip[],
  folder: string,
): Promise<LipsScore> {
  const guessAll = async (change: (clip: Clip) => Float32Array): Promise<Guess[]> => {
    const out = [];
    for (const clip of clips) {
      const { guess } = await reader.read(change(clip));
      out.push({ truth: clip.truth, guess });
    }
    return out;
  };
  const levels = [];
  for (const peakDb of [-40, -30, -20, -10, 0]) {
    levels.push(await guessAll((clip) => atPeak(clip.audio, peakDb)));
  }
  const accuracies = levels.map((guesses) => score(guesses).acc6);
  const noiseAcc6: Record<string, number> = {};
  for (const snrDb of [20, 10, 5]) {
    noiseAcc6[snrDb] = score(await guessAll((clip) => addNoise(clip, snrDb))).acc6;
  }
  return {
    ...score(await guessAll((clip) => clip.audio)),
    falseOpenNoise: await falseOpenInNoise(reader),
    levelLoss: Math.max(...accuracies.map((accuracy) => accuracies[2]! - accuracy)),
    levelFlips: flips(levels[0]!, levels[4]!),
    coldStartAcc6: await coldStart(reader, clips),
    noiseAcc6,
    telephoneAcc6: score(await guessAll((clip) => telephone(clip.audio))).acc6,
    ...(await compareWithFaces(reader, folder)),
  };
}

async function falseOpenInNoise(reader: LipReader): Promise<number> {
  const shares = [];
  for (const noise of noises()) {
    const { guess } = await reader.read(noise);
    shares.push(share(Array.from(guess), (viseme) => viseme !== 0));
  }
  return shares.reduce((sum, x) => sum + x, 0) / shares.length;
}

/** Starts afresh where speech sets in after a pause, and at every second of speech. */
async function coldStart(reader: LipReader, clips: readonly Clip[]): Promise<number> {
  const guesses = [];
  for (const { audio, truth } of clips) {
    for (let start = 0; start + 25 <= truth.length; start += 1) {
      const onset = truth[start] !== 0 && (start === 0 || truth[start - 1] === 0);
      if (!onset && start % 50 !== 25) continue;
      const { guess } = await reader.read(audio.slice(start * 320, (start + 25) * 320));
      guesses.push({ truth: truth.subarray(start, start + 15), guess: guess.subarray(0, 15) });
    }
  }
  return score(guesses).acc6;
}

function flips(a: readonly Guess[], b: readonly Guess[]): number {
  const same = a.flatMap(({ guess }, c) => Array.from(guess, (v, i) => v === b[c]!.guess[i]));
  return share(same, (equal) => !equal);
}
