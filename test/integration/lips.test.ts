/** The embedded lip-sync model on human voices. Needs ffmpeg and the shared sample data. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readClips } from '../../server/bench/lips-clips.ts';
import { benchLips, formatLips } from '../../server/bench/lips.ts';
import { runLips } from '../../server/bench/lips-run.ts';
import { LipModel } from '../../server/speech/lip-sync.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DATA = process.env['POSECAST_SHARED_DATA'] ?? join(ROOT, '..', 'shared', 'data');
const skip = existsSync(join(DATA, 'speech')) ? false : `NO HUMAN SPEECH at ${DATA}: not tested`;

test('human speech is read far better than by loudness, on every row', { skip }, async (t) => {
  const report = await benchLips({ dataDir: DATA, peers: 'none' });
  t.diagnostic(formatLips(report));
  assert.deepEqual(Object.keys(report.lookaheadMs), ['0', '40', '80']);
  const ours = report.lookaheadMs['40']!;
  assert.ok(ours.acc15 > report.lookaheadMs['0']!.acc15, 'looking ahead must help');
  const { loudness } = report.baselines;
  for (const row of [
    'acc15',
    'acc6',
    'acc15All',
    'acc6All',
    'macroF1',
    'pbmRecall',
    'fvRecall',
  ] as const) {
    assert.ok(ours[row] > loudness[row] + 0.1, `${row}: ${ours[row]} against ${loudness[row]}`);
  }
  assert.ok(ours.levelLoss < 0.03, `lost ${ours.levelLoss} over ±20 dB`);
  assert.ok(ours.levelFlips < 0.1, `${ours.levelFlips} of the visemes changed over ±20 dB`);
  assert.ok(ours.falseOpenNoise < 0.08, `open in ${ours.falseOpenNoise} of the noise`);
});

test('a quiet room after speech leaves the mouth shut without a quiver', { skip }, async (t) => {
  const [clip] = await readClips(join(DATA, 'speech'));
  const model = await LipModel.open(join(ROOT, 'models', 'lipsync'));
  try {
    let seed = 3;
    const room = Float32Array.from({ length: 10 * 16000 }, () => {
      seed = (seed * 48271) % 2147483647;
      return (seed / 2147483647 - 0.5) * 0.004; // -58 dBFS
    });
    const { opening } = await runLips(model, Float32Array.from([...clip!.audio, ...room]));
    assert.ok(Math.max(...opening.subarray(0, 150)) > 0.3, 'the clip itself must open the mouth');
    const rest = opening.subarray(opening.length - 9 * 50);
    const quiver = Math.max(...rest) - Math.min(...rest);
    t.diagnostic(`largest opening in 9 s of room noise: ${Math.max(...rest)}, quiver ${quiver}`);
    assert.equal(Math.max(...rest), 0);
  } finally {
    await model.close();
  }
});
