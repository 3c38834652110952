import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Ensemble } from '../../../server/inference/ensemble.ts';
import { ModelShelf } from '../../../server/inference/model-shelf.ts';
import { prepareScript, type PlayScript } from '../../../server/motion/play-script.ts';
import { MotionScript } from '../../../server/protocol/motion.ts';
import { CastMember } from '../../../server/protocol/session.ts';
import { NOD, RAISE } from '../../support/motion-clips.ts';

const AVATARS = join(import.meta.dirname, '../../../models/avatars');
const TICK_SECONDS = 0.04;
const CLIPS = { nod: NOD, raise: RAISE };

let numbers = 0;

function script(template: keyof typeof CLIPS, when: PlayScript['when'] = 'now') {
  numbers += 1;
  const moments = [[{ template }]];
  const options = { id: numbers, priority: 'hand', when } as const;
  return prepareScript(MotionScript.parse({ moments }), options, (id) =>
    Promise.resolve(CLIPS[id as keyof typeof CLIPS]),
  );
}

/** Real avatars on a small stage, looked at tick by tick. */
class Room {
  readonly ensemble: Ensemble;
  seconds = 0;

  private constructor(ensemble: Ensemble) {
    this.ensemble = ensemble;
  }

  static async open(t: TestContext, ...members: readonly object[]): Promise<Room> {
    const cast = members.map((member) => ({
      ...CastMember.parse({ avatar: 'mira', ...member }),
      packDir: join(AVATARS, 'mira'),
    }));
    const ensemble = await Ensemble.open(
      { cast, width: 128, height: 128, seed: 1 },
      { shelf: new ModelShelf() },
    );
    t.after(() => ensemble.close());
    ensemble.tier = 'full';
    return new Room(ensemble).run(0.2);
  }

  run(seconds: number): this {
    for (let left = Math.round(seconds / TICK_SECONDS); left > 0; left -= 1) {
      this.seconds += TICK_SECONDS;
      this.ensemble.update(this.seconds, { voice: 0, stress: 0 }, () => undefined);
    }
    return this;
  }

  async play(given: Promise<PlayScript>, avatar?: number): Promise<void> {
    this.ensemble.play(await given, this.seconds, avatar);
  }

  /** Avatar and template of each step that plays. */
  get playing(): string[] {
    const { playing } = this.ensemble.state(this.seconds);
    return playing.map(({ avatar, template }) => `${avatar} ${template}`);
  }

  /** Seconds from now until this avatar's head has gone down. */
  secondsUntilNod(avatar: number): number {
    const from = this.seconds;
    const head = this.ensemble.poses[avatar]!.head;
    while (head[1]! > -0.1 && this.seconds < from + 20) this.run(TICK_SECONDS);
    return this.seconds - from;
  }
}

test('what avatars play together is told once, what one plays alone as its own', async (t) => {
  const room = await Room.open(t, {}, { sync: 'unison' }, { sync: 'own' });
  await room.play(script('raise'));
  assert.deepEqual(room.run(0.2).playing, ['0 raise']);
  await room.play(script('nod'), 2);
  assert.deepEqual(room.run(0.2).playing, ['0 raise', '2 nod']);
  await room.play(script('nod'), 1);
  assert.deepEqual(room.run(0.2).playing, ['0 raise', '1 nod', '2 nod']);
  assert.deepEqual(room.run(2).playing, ['1 nod', '2 nod']);
  room.ensemble.stop();
  assert.deepEqual(room.run(0.04).playing, []);
});

test('who follows in canon is told while it alone still plays', async (t) => {
  const room = await Room.open(t, {}, { sync: 'canon', offsetSeconds: 1 });
  await room.play(script('raise'));
  assert.deepEqual(room.run(1.5).playing, ['0 raise']);
  assert.deepEqual(room.run(1).playing, ['1 raise']);
  assert.deepEqual(room.run(1).playing, []);
});

test('a script that waits for one avatar is counted', async (t) => {
  const room = await Room.open(t, {}, { sync: 'own' });
  await room.play(script('nod'), 1);
  room.run(0.2);
  await room.play(script('raise', 'after'), 1);
  assert.equal(room.run(0.2).ensemble.state(room.seconds).waiting, 1);
});

test('a canon of beats goes by the tempo, or by half seconds without one', async (t) => {
  const members = [{}, { sync: 'canon', offsetBeats: 4, offsetSeconds: 9 }];
  const apart = async (bpm: number): Promise<number> => {
    const room = await Room.open(t, ...members);
    room.ensemble.beat = { bpm, phase: 0 };
    room.run(TICK_SECONDS);
    await room.play(script('nod'));
    room.secondsUntilNod(0);
    return room.secondsUntilNod(1);
  };
  assert.ok(Math.abs((await apart(0)) - 2) < 0.1);
  assert.ok(Math.abs((await apart(150)) - 1.6) < 0.1);
});
