import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Player } from '../../../server/motion/player.ts';
import { Motion } from '../../../server/motion/motion.ts';
import { prepareScript, sideOf, type PlayScript } from '../../../server/motion/play-script.ts';
import type { CompiledTemplate } from '../../../server/motion/template/compiled-template.ts';
import { BODY, createPose, type Pose } from '../../../server/protocol/pose.ts';
import { MotionScript, type MotionPriority } from '../../../server/protocol/motion.ts';
import { FLING, NOD, RAISE } from '../../support/motion-clips.ts';

const TICK_SECONDS = 0.04;
const CLIPS: Readonly<Record<string, CompiledTemplate>> = { raise: RAISE, nod: NOD, fling: FLING };

let numbers = 0;

function script(
  moments: readonly (readonly object[])[],
  options: { priority?: MotionPriority; when?: 'now' | 'after' } = {},
): Promise<PlayScript> {
  numbers += 1;
  const { priority = 'hand', when = 'now' } = options;
  return prepareScript(MotionScript.parse({ moments }), { id: numbers, priority, when }, (id) =>
    Promise.resolve(CLIPS[id]!),
  );
}

/** An avatar that is looked at tick by tick. */
class Stage {
  readonly motion = new Motion({
    seed: 1,
    placeOf: ({ x, y }) => ({ x: 4 * x - 2, y: 3 * y - 1.4 }),
    live: [],
  });
  readonly pose: Pose = createPose();
  seconds = 0;

  constructor() {
    this.motion.tier = 'full';
    this.run(0.2);
  }

  get player(): Player {
    return this.motion.player;
  }

  play(given: PlayScript): void {
    this.player.play(given, this.seconds);
  }

  run(seconds: number): this {
    for (let left = Math.round(seconds / TICK_SECONDS); left > 0; left -= 1) {
      this.seconds += TICK_SECONDS;
      this.motion.update(this.seconds, { voice: 0, stress: 0 }, this.pose);
    }
    return this;
  }

  get playing(): string[] {
    return this.player.state(this.seconds).playing.map(({ template }) => template);
  }

  point(joint: keyof typeof BODY): [x: number, y: number] {
    const i = BODY[joint] * 3;
    return [this.pose.body[i]!, this.pose.body[i + 1]!];
  }
}

function near(a: readonly number[], b: readonly number[], within: number, what: string): void {
  const far = Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!);
  assert.ok(far <= within, `${what}: ${a.map((v) => v.toFixed(3)).join(', ')} is ${far} away`);
}

describe('the player', () => {
  test('a template is played exactly once it has faded in, and ends at rest', async () => {
    const stage = new Stage();
    const rest = stage.point('rightWrist');
    stage.play(await script([[{ template: 'raise' }]]));
    near(stage.run(1).point('rightWrist'), [-1, -0.6], 1e-4, 'raised');
    near(stage.point('rightElbow'), [-0.95, 0.1], 1e-4, 'elbow');
    assert.ok(stage.pose.rightHand[2]! >= 0.3, 'its hand is drawn');
    assert.equal(stage.pose.leftHand[2], 0, 'the other is not its affair');
    near(stage.run(1.5).point('rightWrist'), rest, 0.05, 'rests');
    assert.deepEqual(stage.playing, []);
    assert.equal(stage.pose.rightHand[2], 0);
  });

  test('the other side mirrors it, size scales it about rest, speed shortens it', async () => {
    const stage = new Stage();
    stage.play(await script([[{ template: 'raise', side: 'left' }]]));
    near(stage.run(1).point('leftWrist'), [1, -0.6], 1e-4, 'mirrored');
    assert.ok(stage.point('rightWrist')[1] > 0.9, 'the right arm rests');
    stage.run(2);
    stage.play(await script([[{ template: 'raise', size: 0.5, speed: 2 }]]));
    near(stage.run(0.6).point('rightWrist'), [-0.605, 0.22], 1e-4, 'half as far');
    stage.run(0.48);
    assert.deepEqual(stage.playing, [], 'over after a second');
  });

  test('moments follow each other; steps of one moment run at the same time', async () => {
    const stage = new Stage();
    stage.play(
      await script([[{ template: 'raise' }, { template: 'nod' }], [{ template: 'fling' }]]),
    );
    assert.deepEqual(stage.run(1).playing.sort(), ['nod', 'raise']);
    assert.deepEqual(stage.run(1.04).playing, ['fling'], 'the nod ends with its moment');
    assert.deepEqual(stage.run(1).playing, []);
  });

  test('a loop goes on until it is stopped; with repeats it ends', async () => {
    const stage = new Stage();
    const endless = await script([[{ template: 'nod' }]]);
    stage.play(endless);
    assert.deepEqual(stage.run(10).playing, ['nod']);
    stage.player.stop(endless.id + 1000);
    assert.deepEqual(stage.run(0.04).playing, ['nod'], 'another number stops nothing');
    stage.player.stop(endless.id);
    assert.deepEqual(stage.run(0.04).playing, []);
    stage.play(await script([[{ template: 'nod', repeat: 3 }]]));
    assert.deepEqual(stage.run(1.4).playing, ['nod']);
    assert.deepEqual(stage.run(0.2).playing, []);
  });

  test('a loop that is asked for once plays once, alone or as the last of its script', async () => {
    const stage = new Stage();
    stage.play(await script([[{ template: 'nod', repeat: 1 }]]));
    assert.deepEqual(stage.run(0.48).playing, ['nod']);
    assert.deepEqual(stage.run(0.08).playing, []);
    assert.equal(stage.player.busy, false, 'its script has ended too');
    stage.play(await script([[{ template: 'raise' }], [{ template: 'nod', repeat: 1 }]]));
    assert.deepEqual(stage.run(2.2).playing, ['nod']);
    assert.deepEqual(stage.run(0.4).playing, []);
    stage.play(await script([[{ template: 'nod', repeat: 1 }, { template: 'raise' }]]));
    assert.deepEqual(stage.run(1).playing, ['raise'], 'it does not last as long as its moment');
  });

  test('who asks last takes the parts of equals and of lower ones, not of higher ones', async () => {
    const stage = new Stage();
    stage.play(await script([[{ template: 'raise', repeat: 5 }]], { priority: 'text' }));
    stage.run(0.8);
    stage.play(await script([[{ template: 'fling' }]], { priority: 'trigger' }));
    near(stage.run(0.2).point('rightWrist'), [-1, -0.6], 1e-4, 'text keeps its arm');
    near(stage.run(0.3).point('leftWrist'), [1.6, -0.9], 1e-3, 'the trigger has the other');
    stage.run(3);
    stage.play(await script([[{ template: 'fling' }]], { priority: 'hand' }));
    near(stage.run(0.6).point('rightWrist'), [-0.3, -1.4], 1e-3, 'a hand takes it');
    assert.deepEqual(stage.playing, ['fling'], 'what has lost all its parts has ended');
  });

  test('what shall come after waits its turn', async () => {
    const stage = new Stage();
    stage.play(await script([[{ template: 'raise' }]]));
    stage.play(await script([[{ template: 'fling' }]], { when: 'after' }));
    stage.play(
      await script([[{ template: 'nod', repeat: 1 }, { template: 'fling' }]], { when: 'after' }),
    );
    assert.deepEqual(stage.run(1.8).playing, ['raise']);
    assert.equal(stage.player.state(stage.seconds).waiting, 2);
    assert.deepEqual(stage.run(0.4).playing, ['fling']);
    assert.deepEqual(stage.run(1).playing.sort(), ['fling', 'nod']);
  });

  test('more scripts than it holds are refused and counted', async () => {
    const stage = new Stage();
    const endless = await script([[{ template: 'nod' }]]);
    for (let i = 0; i < 40; i += 1) stage.play(endless);
    assert.equal(stage.player.state(0).refused, 16);
    stage.run(1);
  });

  test('in canon the same comes later by the offset, to the tick', async () => {
    const given = await script([[{ template: 'raise' }]]);
    const [first, second] = [new Stage(), new Stage()];
    first.play(given);
    second.player.play(given, second.seconds, 0.4);
    const early: number[][] = [];
    const late: number[][] = [];
    for (let tick = 0; tick < 60; tick += 1) {
      early.push(first.run(TICK_SECONDS).point('rightWrist'));
      late.push(second.run(TICK_SECONDS).point('rightWrist'));
    }
    // Idle under the fades differs; what is faded in does not.
    for (let tick = 8; tick < 45; tick += 1) near(late[tick + 10]!, early[tick]!, 0.01, `${tick}`);
  });

  test('an aimed hand goes where it is sent and comes back', async () => {
    for (const at of [
      { x: 0.2, y: 0.3 },
      { x: 0.35, y: 0.15 },
      { x: 0.1, y: 0.6 },
    ]) {
      const stage = new Stage();
      const goal = [4 * at.x - 2, 3 * at.y - 1.4];
      stage.play(await script([[{ template: 'raise', at }]]));
      stage.run(1);
      const [x, y] = stage.point('rightWrist');
      const far = Math.hypot(goal[0]! - x, goal[1]! - y);
      assert.ok(
        far < 0.45,
        `the fingertip reaches ${JSON.stringify(at)}: the wrist is ${far} away`,
      );
      near(stage.run(2).point('rightWrist'), [-0.21, 1.04], 0.06, 'back at rest');
    }
  });

  test('a place out of reach is pointed at with an arm of its own length', async () => {
    const stage = new Stage();
    stage.play(await script([[{ template: 'raise', at: { x: 0, y: 0 } }]]));
    stage.run(1);
    const [sx, sy] = stage.point('rightShoulder');
    const [wx, wy] = stage.point('rightWrist');
    assert.ok(Math.hypot(wx - sx, wy - sy) < 1.65, 'no longer than an arm');
    const aim = Math.atan2(-1.4 - sy, -2 - sx);
    const arm = Math.atan2(wy - sy, wx - sx);
    assert.ok(Math.abs(aim - arm) < 0.02, `${aim} rad asked, ${arm} rad pointed`);
  });

  test('the side of a template is that of its only arm', () => {
    assert.equal(sideOf(RAISE), 'right');
    assert.equal(sideOf(FLING), 'right');
    assert.equal(sideOf(NOD), 'right');
  });
});
