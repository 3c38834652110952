/**
 * The avatar's lips beside filmed ones, for `posecast bench lips`: GRID clips whose lip gap was
 * measured by a face landmark network, one value per 25 fps picture. The clips' sound and picture
 * start together; landmark noise and the speakers' own habits bound what can be reached (loudness
 * itself reaches .33 to .53 on them).
 */
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { decodeAudio } from './lips-clips.ts';
import type { LipReader } from './lips-reader.ts';

const Reference = z.object({
  grid: z.record(z.string(), z.object({ open: z.array(z.number()) })),
});

export type FaceAgreement = {
  readonly lipCorrelation: number | null;
  readonly lagMs: number | null;
};

/** Lags are searched in 20 ms steps. */
const MOST_LAG_STEPS = 10;

export async function compareWithFaces(reader: LipReader, folder: string): Promise<FaceAgreement> {
  const path = join(folder, 'golden', 'real_face_lipsync_reference.json');
  if (!existsSync(path)) return { lipCorrelation: null, lagMs: null };
  const { grid } = Reference.parse(JSON.parse(await readFile(path, 'utf8')));
  const totals = new Float64Array(2 * MOST_LAG_STEPS + 1);
  let clips = 0;
  for (const [name, { open }] of Object.entries(grid)) {
    const video = join(folder, 'speech', 'grid-av', `${name}.mpg`);
    if (!existsSync(video)) continue;
    const { opening } = await reader.read(await decodeAudio(video));
    clips += 1;
    totals.forEach((_, i) => (totals[i]! += correlationAt(opening, open, i - MOST_LAG_STEPS)));
  }
  if (clips === 0) return { lipCorrelation: null, lagMs: null };
  return { lipCorrelation: totals[MOST_LAG_STEPS]! / clips, lagMs: peak(totals) * 20 };
}

/** Lag in steps of the largest correlation, between the steps by a parabola. */
function peak(totals: Float64Array): number {
  const best = totals.indexOf(Math.max(...totals));
  const [before, here, after] = [totals[best - 1], totals[best]!, totals[best + 1]];
  if (before === undefined || after === undefined) return best - MOST_LAG_STEPS;
  const bend = before - 2 * here + after;
  return best - MOST_LAG_STEPS + (bend < 0 ? (0.5 * (before - after)) / bend : 0);
}

/** Correlation when the avatar's 20 ms frames are read `lag` steps later than the filmed 40 ms ones. */
function correlationAt(opening: Float64Array, open: readonly number[], lag: number): number {
  const pairs = open.flatMap((filmed, picture) => {
    const first = opening[2 * picture + lag];
    const second = opening[2 * picture + 1 + lag];
    return first === undefined || second === undefined
      ? []
      : [[(first + second) / 2, filmed] as const];
  });
  const mean = (k: 0 | 1): number => pairs.reduce((sum, pair) => sum + pair[k], 0) / pairs.length;
  const [meanA, meanB] = [mean(0), mean(1)];
  let cross = 0;
  let a2 = 0;
  let b2 = 0;
  for (const [a, b] of pairs) {
    cross += (a - meanA) * (b - meanB);
    a2 += (a - meanA) ** 2;
    b2 += (b - meanB) ** 2;
  }
  return cross / Math.sqrt(a2 * b2 + 1e-12);
}
