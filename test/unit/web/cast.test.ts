import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as casts from '../../../web/lib/cast.ts';
import { everybody, targetsOf } from '../../../web/lib/play-targets.ts';
import { CastMember, SessionId, type SessionSnapshot } from '../../../server/protocol/index.ts';

const WIDE = 16 / 9;

function castOf(...avatars: readonly string[]): casts.Cast {
  const [first = 'mira', ...others] = avatars;
  return others.reduce(casts.withMember, casts.castOf(first));
}

describe('the cast of the set-up screen', () => {
  test('one avatar fills the picture, several stand side by side', () => {
    const [alone] = casts.standing(castOf('mira'), WIDE);
    assert.deepEqual([alone?.x, alone?.scale], [0.5, 1]);
    const three = casts.standing(castOf('mira', 'leo', 'leo'), WIDE);
    assert.deepEqual(
      three.map(({ x }) => x),
      [0.17, 0.5, 0.83],
    );
    const square = casts.standing(castOf('mira', 'leo', 'leo'), 1);
    assert.ok(square[0]!.scale < three[0]!.scale, 'a narrower picture makes them smaller');
  });

  test('whoever is moved stays there, and the others stay where they were seen', () => {
    const moved = casts.withPlace(castOf('mira', 'leo'), 1, { aspect: WIDE, x: 0.95 });
    const seen = casts.standing(moved, 1);
    assert.deepEqual(
      seen.map(({ x }) => x),
      [0.25, 0.95],
    );
    assert.equal(casts.withMember(moved, 'mira').members[2]?.x, 0.6, 'the widest gap');
    assert.equal(casts.standing({ ...moved, placed: false }, WIDE)[1]?.x, 0.75);
  });

  test('a canon is late by seconds or by beats, whichever was set last', () => {
    const member = CastMember.parse({ avatar: 'mira', sync: 'canon', offsetSeconds: 0.5 });
    assert.deepEqual(casts.offsetOf(member), { unit: 'seconds', value: 0.5 });
    const beats = { ...member, ...casts.offsetChange({ unit: 'beats', value: 4 }) };
    assert.deepEqual(casts.offsetOf(CastMember.parse(beats)), { unit: 'beats', value: 4 });
    const seconds = { ...beats, ...casts.offsetChange({ unit: 'seconds', value: 2 }) };
    assert.deepEqual(casts.offsetOf(CastMember.parse(seconds)), { unit: 'seconds', value: 2 });
    for (const unit of casts.OFFSET_UNITS) {
      const most = casts.offsetChange({ unit, value: casts.MOST_OFFSET[unit] });
      assert.ok(CastMember.safeParse({ ...member, ...most }).success, unit);
      const more = casts.offsetChange({ unit, value: casts.MOST_OFFSET[unit] + 1 });
      assert.ok(!CastMember.safeParse({ ...member, ...more }).success, unit);
    }
  });

  test('places and sizes stay within what the server takes', () => {
    const far = casts.withPlace(castOf('mira', 'leo'), 0, { aspect: 1, x: -3, scale: 9 });
    assert.deepEqual([far.members[0]?.x, far.members[0]?.scale], [0, 1.5]);
    for (const member of far.members) CastMember.parse(member);
  });

  test('six are the most, one the least', () => {
    const six = castOf('mira', 'leo', 'mira', 'leo', 'mira', 'leo');
    assert.equal(casts.withMember(six, 'leo').members.length, 6);
    assert.equal(casts.withoutMember(six, 0).members.length, 5);
    assert.equal(casts.withoutMember(castOf('mira'), 0).members.length, 1);
  });

  test('what a browser kept is read back, and anything else is not', () => {
    const cast = casts.withPlace(castOf('mira', 'leo'), 0, { aspect: 1, x: 0.1 });
    assert.deepEqual(casts.readCast(JSON.stringify(cast)), cast);
    for (const text of [null, '', '{', '[]', '{"members":[]}', '{"members":[{"avatar":"../x"}]}']) {
      assert.equal(casts.readCast(text), null);
    }
  });

  test('it is checked by hand as the protocol checks it', () => {
    assert.deepEqual(casts.castOf('mira').members, [CastMember.parse({ avatar: 'mira' })]);
    const member = CastMember.parse({ avatar: 'mira', sync: 'canon', offsetBeats: 16 });
    const changes: readonly Record<string, unknown>[] = [
      ...[{}, { x: 1 }, { x: 1.01 }, { x: '1' }, { scale: 0.2 }, { scale: 0.19 }, { scale: 1.6 }],
      ...[{ mirrored: 1 }, { sync: 'own' }, { sync: 'late' }, { avatar: '' }, { avatar: 'M' }],
      ...[{ offsetSeconds: 10 }, { offsetSeconds: 11 }, { offsetBeats: 17 }, { offsetBeats: null }],
    ];
    for (const change of changes) {
      const text = JSON.stringify({ members: [{ ...member, ...change }] });
      const fits = CastMember.safeParse({ ...member, ...change }).success;
      assert.equal(casts.readCast(text) !== null, fits, text);
    }
  });
});

describe('whom a script is played to', () => {
  const id = SessionId.parse('abcdef');
  const members = [{ avatar: 'mira' }, { avatar: 'leo', sync: 'canon' }, { avatar: 'leo', sync: 'own' }]; // prettier-ignore
  const session = { id, cast: CastMember.array().parse(members) } as unknown as SessionSnapshot;
  const keys = everybody([session]).map(({ key }) => key);

  test('everybody is asked as one, so that a canon stays a canon, and the lone one besides', () => {
    assert.deepEqual(targetsOf([session], new Set(keys)), [
      { session: id },
      { session: id, avatar: 2 },
    ]);
  });

  test('some of them are asked one by one, nobody not at all', () => {
    assert.deepEqual(targetsOf([session], new Set([keys[1]!])), [{ session: id, avatar: 1 }]);
    assert.deepEqual(targetsOf([session], new Set()), []);
  });
});
