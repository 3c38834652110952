import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import {
  SessionTriggers,
  type TriggeredSession,
} from '../../../../server/motion/trigger/session-triggers.ts';
import { TriggerLibrary } from '../../../../server/motion/trigger/trigger-library.ts';
import { SessionId } from '../../../../server/protocol/ids.ts';
import type { Tier } from '../../../../server/protocol/motion.ts';
import { Trigger, TriggerId } from '../../../../server/protocol/trigger.ts';
import { openDatabase } from '../../../../server/store/sqlite.ts';
import { templateSummaries } from '../../../support/template-summaries.ts';

const log = pino({ level: 'silent' });

/** A session that notes what it is asked for. */
class Asked implements TriggeredSession {
  readonly id = SessionId.parse('asked-session');
  readonly asked: string[] = [];
  snapshot: { tier: Tier } = { tier: 'full' };

  onMood(): () => void {
    return () => undefined;
  }
  play: TriggeredSession['play'] = ({ moments }) => {
    this.asked.push(moments[0]![0]!.template);
    return Promise.resolve(1);
  };
  scenes: TriggeredSession['scenes'] = {
    show: ({ scene }) => Promise.resolve(void this.asked.push(`scene ${scene}`)),
    turn: (turn) => Promise.resolve(void this.asked.push(`slide ${turn}`)),
  };
  pointAt: TriggeredSession['pointAt'] = (region) => {
    this.asked.push(`point ${region}`);
    return Promise.resolve(1);
  };
  dance(on: boolean): void {
    this.asked.push(on ? 'dance' : 'no dance');
  }
}

async function triggersOf(t: TestContext, session: Asked) {
  const folder = await mkdtemp(join(tmpdir(), 'posecast-triggers-'));
  const database = await openDatabase(folder);
  const triggers = await TriggerLibrary.open(database, log);
  const fired: string[] = [];
  const sessionTriggers = new SessionTriggers({
    triggers,
    templates: templateSummaries,
    log,
    random: () => 0,
    record: (_, { on, format }) => Promise.resolve(session.asked.push(`record ${format} ${on}`)),
    onFired: ({ trigger }) => fired.push(trigger),
  });
  sessionTriggers.follow(session);
  t.after(async () => {
    sessionTriggers.close();
    await database.destroy();
    await rm(folder, { recursive: true });
  });
  return { triggers, sessionTriggers, fired };
}

test('events begin and end dancing once their triggers are armed', async (t) => {
  const session = new Asked();
  const { triggers, sessionTriggers, fired } = await triggersOf(t, session);
  assert.deepEqual(sessionTriggers.event(session.id, 'dance'), [], 'they come unarmed');
  for (const id of ['event-dance', 'event-dance-stop']) {
    await triggers.arm(TriggerId.parse(id), true);
  }
  assert.deepEqual(sessionTriggers.event(session.id, 'dance'), ['event-dance']);
  assert.deepEqual(sessionTriggers.event(session.id, 'dance/stop'), ['event-dance-stop']);
  assert.deepEqual(session.asked, ['dance', 'no dance']);
  assert.deepEqual(fired, ['event-dance', 'event-dance-stop']);
});

test('with pose control off nothing is asked for, and no cool-down begins', async (t) => {
  const session = new Asked();
  const { sessionTriggers, fired } = await triggersOf(t, session);
  session.snapshot = { tier: 'basic' };
  assert.deepEqual(sessionTriggers.hotkey(session.id, 'Alt+KeyW'), []);
  session.snapshot = { tier: 'full' };
  assert.deepEqual(sessionTriggers.hotkey(session.id, 'Alt+KeyW'), ['hotkey-wave']);
  assert.deepEqual(session.asked, ['wave']);
  assert.deepEqual(fired, ['hotkey-wave']);
});

test('what moves no body acts with pose control off, too: recordings, scenes and slides', async (t) => {
  const session = new Asked();
  const { triggers, sessionTriggers } = await triggersOf(t, session);
  session.snapshot = { tier: 'basic' };
  const actions = [
    { kind: 'recording', on: true, format: 'mp4' },
    { kind: 'recording', on: false },
    { kind: 'slide', turn: 3 },
    { kind: 'scene', scene: null },
    { kind: 'point', region: 2 },
  ];
  for (const [i, action] of actions.entries()) {
    const trigger = { id: `own-${i}`, title: { en: 'Own' }, priority: i, action };
    await triggers.save(Trigger.parse({ ...trigger, source: { kind: 'event', name: `e${i}` } }));
    sessionTriggers.event(session.id, `e${i}`);
    await Promise.resolve();
  }
  assert.deepEqual(session.asked, ['record mp4 true', 'record mp4 false', 'slide 3', 'scene null']);
});
