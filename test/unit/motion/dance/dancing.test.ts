/** Dance steps of the library played to a beat, through player, mixer and speed limit. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { pino } from 'pino';
import { Motion } from '../../../../server/motion/motion.ts';
import type { PlayScript } from '../../../../server/motion/play-script.ts';
import { readTemplates } from '../../../../server/motion/template-files.ts';
import { compileTemplate } from '../../../../server/motion/template/compile.ts';
import { createLayer } from '../../../../server/motion/template/layer.ts';
import { sampleTemplate } from '../../../../server/motion/template/sample.ts';
import { BODY, createPose } from '../../../../server/protocol/pose.ts';
import type { Template } from '../../../../server/protocol/template.ts';

const TICK = 0.04;
const WRISTS = [BODY.leftWrist, BODY.rightWrist];
let steps: Template[] = [];

before(async () => {
  const folder = join(import.meta.dirname, '../../../../models/motions');
  const all = await readTemplates(folder, pino({ level: 'silent' }));
  steps = all.filter(({ beats }) => beats !== undefined);
  assert.ok(steps.length >= 5);
});

function scriptOf(templates: readonly Template[], round: boolean, repeat?: number): PlayScript {
  const moments = templates.map((template) => [
    {
      template: compileTemplate(template),
      mirrored: false,
      speed: 1,
      repeat,
      size: 1,
      at: undefined,
    },
  ]);
  return { id: 1, rank: 3, when: 'now', emotion: undefined, moments, round };
}

/** Plays to `bpm`, calling `look` at each frame once everything has faded in. */
function perform(
  script: PlayScript,
  { bpm, seconds }: { bpm: number; seconds: number },
  look: (motion: Motion, body: Float32Array, at: number) => void,
): void {
  const motion = new Motion({ seed: 1, placeOf: () => ({ x: 0, y: 0 }), live: [] });
  const pose = createPose();
  motion.tier = 'full';
  motion.player.play(script, 0);
  for (let at = TICK; at < seconds; at += TICK) {
    motion.player.beat = { bpm, phase: ((at * bpm) / 60) % 1 };
    motion.update(at, { voice: 0, stress: 0 }, pose);
    if (at > 1.5) look(motion, pose.body, at);
  }
}

/** Where a step's wrists are when its template has danced so many of its beats. */
function wristsAt(template: Template, beats: number): number[] {
  const layer = createLayer();
  const seconds = ((beats / template.beats!) % 1) * template.seconds;
  sampleTemplate(template, seconds, layer);
  return WRISTS.flatMap((joint) => [...layer.pose.body.subarray(joint * 3, joint * 3 + 2)]);
}

describe('dancing to a beat', () => {
  test('every step shows at each frame what its template has at that beat', () => {
    for (const template of steps) {
      for (const bpm of [90, 120, 150, 168]) {
        let worst = 0;
        perform(scriptOf([template], false), { bpm, seconds: 12 }, (_, body, at) => {
          const wanted = wristsAt(template, (at * bpm) / 60);
          const shown = WRISTS.flatMap((j) => [...body.subarray(j * 3, j * 3 + 2)]);
          worst = Math.max(worst, ...shown.map((v, i) => Math.abs(v - wanted[i]!)));
        });
        assert.ok(worst < 0.06, `${template.id} at ${bpm}: ${worst} shoulder widths off`);
      }
    }
  });

  test('at 180 beats a minute no wrist is held back by the speed limit', () => {
    for (const template of steps) {
      let most = 0;
      let last: number[] | undefined;
      perform(scriptOf([template], false), { bpm: 180, seconds: 10 }, (_, body) => {
        const now = WRISTS.flatMap((j) => [...body.subarray(j * 3, j * 3 + 2)]);
        for (let i = 0; last && i < now.length; i += 2) {
          most = Math.max(most, Math.hypot(now[i]! - last[i]!, now[i + 1]! - last[i + 1]!));
        }
        last = now;
      });
      assert.ok(most < 0.5, `${template.id}: ${most}`);
      assert.ok(most > 0.005, `${template.id} dances`);
    }
  });

  test('steps change on the beat, after whole passes, and go round', () => {
    const two = steps.filter(({ beats }) => beats === 4).slice(0, 2);
    const changes: number[] = [];
    let playing = '';
    perform(scriptOf(two, true, 2), { bpm: 150, seconds: 30 }, (motion, _, at) => {
      const now = motion.player
        .state(at)
        .playing.map(({ template }) => template)
        .join();
      if (playing !== '' && now !== playing) changes.push((at * 150) / 60);
      playing = now;
    });
    assert.ok(changes.length >= 7, `${changes.length} changes`);
    for (const beat of changes) {
      const late = beat % 8;
      // A change shows in the first frame that comes after it.
      assert.ok(late < 0.15, `on beat ${beat}`);
    }
  });
});
