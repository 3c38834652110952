import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { HandTempo } from '../../../server/motion/dance/tempo.ts';
import type { MotionScript } from '../../../server/protocol/motion.ts';
import type { TemplateSummary } from '../../../server/protocol/template.ts';
import { Dancer } from '../../../server/session/dancer.ts';

function floor() {
  const log: string[] = [];
  const scripts: MotionScript[] = [];
  const tempos: (HandTempo | undefined)[] = [];
  const steps = [
    { id: 'sway', beats: 4 },
    { id: 'wave', beats: 8 },
  ] as TemplateSummary[];
  const dancer = new Dancer(
    {
      beatTimeUs: (serverUs) => serverUs,
      setTempo: (tempo) => tempos.push(tempo),
      steps: () => steps,
      perform: (script) => {
        scripts.push(script);
        log.push('perform');
        return Promise.resolve(scripts.length);
      },
      stop: (script) => log.push(`stop ${script}`),
      changed: () => log.push(dancer.dancing),
    },
    () => 0.5,
  );
  return { dancer, log, scripts, tempos };
}

const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

test('it waits for a beat, dances eight beats of each step, and ends when asked', async () => {
  const { dancer, log, scripts } = floor();
  dancer.set(true);
  assert.deepEqual(log, ['waiting']);
  dancer.heard(true);
  await settled();
  assert.equal(dancer.dancing, 'dancing');
  const steps = scripts[0]!.moments.map(([step]) => [step?.template, step?.repeat]);
  assert.deepEqual(steps, [
    ['sway', 2],
    ['wave', 1],
  ]);
  dancer.stopped(7);
  assert.equal(dancer.dancing, 'dancing', 'that was another script');
  dancer.stopped(undefined);
  assert.deepEqual(log.slice(1), ['perform', 'stop 1', 'off']);
});

test('it rests when the beat has been gone for a while, not at a breath, and goes on with it', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { dancer, log } = floor();
  dancer.set(true);
  dancer.heard(true);
  await settled();
  dancer.heard(false);
  mock.timers.tick(3000);
  dancer.heard(true);
  mock.timers.tick(3000);
  assert.equal(dancer.dancing, 'dancing');
  dancer.heard(false);
  mock.timers.tick(5000);
  assert.equal(dancer.dancing, 'waiting');
  dancer.heard(true);
  await settled();
  dancer.close();
  mock.timers.reset();
  assert.deepEqual(log, ['waiting', 'perform', 'stop 1', 'waiting', 'perform']);
});

test('switched off before its script is known, it stops it all the same', async () => {
  const { dancer, log } = floor();
  dancer.heard(true);
  dancer.set(true);
  dancer.set(false);
  await settled();
  assert.deepEqual(log, ['perform', 'dancing', 'off', 'stop 1']);
});

test('taps are timed by the tapper’s clock, and a new engine is told again', () => {
  const { dancer, tempos } = floor();
  for (const atMs of [1000, 1500, 2000, 2500]) dancer.tap(atMs);
  const tempo = tempos.at(-1)!;
  assert.ok(Math.abs(tempo.bpm - 120) < 1e-6);
  assert.equal(tempos.length, 2, 'from the third tap on');
  dancer.restart();
  assert.equal(tempos.at(-1), tempo);
  dancer.setBpm(null);
  assert.equal(tempos.at(-1), undefined);
  assert.deepEqual(dancer.tap(3000), { bpm: null, taps: 1 }, 'the taps of before are forgotten');
});
