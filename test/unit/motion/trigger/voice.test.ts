/** 「说到激动处自动挥手」 on real speech through the real prosody: excited waves, calm does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TriggerRules } from '../../../../server/motion/trigger/rules.ts';
import { Trigger } from '../../../../server/protocol/trigger.ts';
import { Phrases } from '../../../../server/speech/phrases.ts';
import { Prosody, PROSODY_HOP } from '../../../../server/speech/prosody.ts';
import { sharedFile } from '../../../support/shared-data.ts';
import { concat, raised, readSpeech, VOICE_RATE_HZ } from '../../../support/voices.ts';

const BOOK = ['0870', '0880', '0890'].map((part) =>
  sharedFile(`speech/librivox/sense_and_sensibility_01_austen_64kb-${part}.wav`),
);
const skip = BOOK.find((file) => file.skip !== false)?.skip ?? false;
const HOPS_PER_SAMPLE = 5;

const excited = Trigger.parse({
  id: 'excited-wave',
  title: { en: 'Excited' },
  source: { kind: 'tone', tone: 'excited' },
  action: { kind: 'template', template: 'wave' },
  coolDownSeconds: 5,
});

/** Seconds at which the trigger acts. */
function firings(sound: Float32Array): number[] {
  const prosody = new Prosody();
  const phrases = new Phrases();
  const rules = new TriggerRules(() => 0);
  rules.set([excited]);
  const fired: number[] = [];
  for (let hop = 0; (hop + 1) * PROSODY_HOP <= sound.length; hop += 1) {
    const frame = prosody.push(sound.subarray(hop * PROSODY_HOP, (hop + 1) * PROSODY_HOP));
    const voice = frame.loudness > 0.2 ? 1 : 0;
    phrases.push(frame, voice);
    if (hop % HOPS_PER_SAMPLE !== 0) continue;
    const pitch = Number.isNaN(phrases.pitch) ? null : phrases.pitch;
    const { energyDb: levelDb } = frame;
    const now = (hop * PROSODY_HOP) / VOICE_RATE_HZ;
    if (rules.mood({ levelDb, voice, pitch, events: phrases.events }, now)) fired.push(now);
  }
  return fired;
}

test('a voice that rises in loudness and pitch waves, soon, and a calm one never', { skip }, () => {
  const calm = concat(...BOOK.map(({ path }) => readSpeech(path)));
  const seconds = calm.length / VOICE_RATE_HZ;
  assert.ok(seconds > 15, `${seconds} s of speech`);
  assert.deepEqual(firings(calm), [], 'calm reading');
  assert.deepEqual(firings(raised(calm, -15, 0)), [], 'the same, far from the microphone');
  for (const [db, semitones] of [
    [8, 4],
    [10, 5],
    [6, 6],
  ] as const) {
    const fired = firings(concat(calm, raised(calm, db, semitones)));
    const first = fired[0] ?? Infinity;
    assert.ok(
      first > seconds && first < seconds + 4,
      `+${db} dB +${semitones}: ${fired.join(' ')}`,
    );
  }
});

test(
  'loudness alone or a higher pitch alone, as at another microphone, is not excitement',
  { skip },
  () => {
    const calm = concat(...BOOK.map(({ path }) => readSpeech(path)));
    assert.deepEqual(firings(concat(calm, raised(calm, 3, 0))), []);
    assert.deepEqual(firings(concat(calm, raised(calm, 0, 3))), []);
  },
);
