/** WHIP in and WHEP out: what HTTP promises, and media with a stack that nobody here wrote. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { microphoneSound, wavBytes } from '../../server/bench/fake-microphone.ts';
import { IngestDoor, SessionInputs } from '../../server/protocol/index.ts';
import type { Session } from '../../server/session/session.ts';
import { AiortcPeer, withoutAiortc } from '../support/aiortc.ts';
import { childrenWith, TestApp, until } from '../support/app.ts';
import { OBS_OFFER, VIEWER_OFFER } from '../support/offers.ts';
import { ALONE, GUEST, GuestScene, makeMedia } from '../support/scene-files.ts';

const SDP = { 'content-type': 'application/sdp' };
const FRAGMENT = { 'content-type': 'application/trickle-ice-sdpfrag' };

let house: TestApp;
let session: Session;
let door: IngestDoor;

before(async () => {
  house = await TestApp.open();
  session = await house.createSession();
  door = IngestDoor.parse(await (await rest('GET', 'ingest')).json());
});

after(() => house.close());

function rest(method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${house.app.url}/api/v1/sessions/${session.id}/${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
}

const at = (path: string): string => house.app.url + path;
const key = (): { readonly authorization: string } => ({ authorization: `Bearer ${door.key}` });

async function inputs(): Promise<SessionInputs> {
  return SessionInputs.parse(await (await rest('GET', 'inputs')).json());
}

/** The answer's status, type and problem. */
async function problem(answer: Promise<Response>): Promise<[number, string]> {
  const response = await answer;
  assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
  const { status, detail, title, type } = (await response.json()) as Record<string, unknown>;
  assert.equal(status, response.status);
  assert.ok(typeof title === 'string' && type === 'about:blank');
  return [response.status, String(detail)];
}

describe('what HTTP promises', () => {
  test('an offer becomes a resource that is trickled to, restarted and deleted', async () => {
    const post = { method: 'POST', headers: { ...SDP, ...key() }, body: OBS_OFFER };
    const created = await fetch(at(door.whipPath), post);
    assert.equal(created.status, 201);
    assert.equal(created.headers.get('content-type'), 'application/sdp');
    assert.match(await created.text(), /a=recvonly/);
    const etag = created.headers.get('etag')!;
    const resource = at(created.headers.get('location')!);
    const patch = (body: string, headers: Record<string, string>): Promise<Response> =>
      fetch(resource, { method: 'PATCH', headers: { ...FRAGMENT, ...key(), ...headers }, body });

    const candidate = 'a=mid:0\r\na=candidate:1 1 udp 2 192.0.2.1 61764 typ host\r\n';
    assert.equal((await patch(candidate, { 'if-match': etag })).status, 204);
    assert.equal((await problem(patch(candidate, {})))[0], 428);
    assert.equal((await problem(patch(candidate, { 'if-match': '"older"' })))[0], 412);
    assert.equal((await problem(patch('{}', { 'if-match': etag })))[0], 400);

    const restarted = await patch('a=ice-ufrag:neww\r\na=ice-pwd:another-password-of-ours\r\n', {
      'if-match': '"*"',
    });
    assert.equal(restarted.status, 200);
    assert.match(await restarted.text(), /a=ice-ufrag:\S+\r\na=ice-pwd:\S+\r\na=candidate:/);
    assert.notEqual(restarted.headers.get('etag'), etag);
    assert.equal((await problem(patch(candidate, { 'if-match': etag })))[0], 412);

    const remove = { method: 'DELETE', headers: key() };
    assert.equal((await problem(fetch(resource, { method: 'DELETE' })))[0], 401);
    assert.equal((await fetch(resource, remove)).status, 200);
    assert.equal((await problem(fetch(resource, remove)))[0], 404);
  });

  test('what is not good is refused, each with its status and a sentence', async () => {
    const post = (path: string, body: string, headers: object): Promise<[number, string]> =>
      problem(fetch(at(path), { method: 'POST', headers: { ...headers }, body }));
    const { whipPath, whepPath } = door;
    const send = { ...SDP, ...key() };
    assert.equal((await post(whipPath, OBS_OFFER, SDP))[0], 401);
    assert.equal((await post(whipPath, OBS_OFFER, { ...SDP, authorization: 'Bearer x' }))[0], 401);
    assert.equal((await post('/whip', OBS_OFFER, { ...SDP, authorization: 'Bearer x' }))[0], 401);
    assert.equal((await post('/whip/nobody', OBS_OFFER, send))[0], 404);
    assert.equal((await post('/whep/nobody', VIEWER_OFFER, SDP))[0], 404);
    const json = { ...key(), 'content-type': 'application/json' };
    assert.equal((await post(whipPath, '{}', json))[0], 415);
    assert.deepEqual(await post(whipPath, 'hello', send), [
      400,
      'The SDP offer can\'t be used: it does not begin with "v=0"',
    ]);
    assert.equal((await post(whipPath, 'v=0\n'.repeat(40_000), send))[0], 413);
    const vp8 = VIEWER_OFFER.replaceAll('H264', 'VP9').replaceAll('opus', 'speex');
    const [status, sentence] = await post(whepPath, vp8, SDP);
    assert.equal(status, 406);
    assert.match(sentence, /wanted is Opus .* offered is audio recvonly \(speex, g722/);
    assert.equal((await post(whipPath, VIEWER_OFFER, send))[0], 406, 'a sender who only listens');
    assert.equal((await post(whepPath, OBS_OFFER, SDP))[0], 406, 'a viewer who only sends');
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await fetch(at(whipPath), { method });
      assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'OPTIONS, POST']);
    }
  });

  test('pages of other origins may ask, here and nowhere else', async () => {
    const origin = 'https://studio.example';
    const headers = { origin, 'access-control-request-method': 'POST' };
    const asked = await fetch(at(door.whepPath), { method: 'OPTIONS', headers });
    assert.equal(asked.status, 204);
    assert.equal(asked.headers.get('access-control-allow-origin'), '*');
    assert.match(asked.headers.get('access-control-allow-headers')!, /authorization.*if-match/i);
    assert.equal(asked.headers.get('accept-post'), 'application/sdp');
    const post = { method: 'POST', headers: { ...SDP, origin }, body: VIEWER_OFFER };
    const created = await fetch(at(door.whepPath), post);
    assert.equal(created.status, 201);
    assert.match(created.headers.get('access-control-expose-headers')!, /location.*etag/i);
    await fetch(at(created.headers.get('location')!), { method: 'DELETE' });
    const elsewhere = await fetch(at('/api/v1/info'), { headers: { origin } });
    assert.equal(elsewhere.status, 403);
  });

  test('viewers of ever other numberings are refused at last, and leave nothing', async () => {
    const resources: string[] = [];
    const numbered = (type: number): Promise<Response> => {
      const body = VIEWER_OFFER.replaceAll(/\b126\b/g, String(type));
      return fetch(at(door.whepPath), { method: 'POST', headers: SDP, body });
    };
    for (let type = 110; type < 118; type += 1) {
      const created = await numbered(type);
      assert.equal(created.status, 201);
      resources.push(at(created.headers.get('location')!));
    }
    const [status] = await problem(numbered(100));
    assert.equal(status, 503);
    for (const resource of resources) await fetch(resource, { method: 'DELETE' });
    const again = await numbered(100);
    assert.equal(again.status, 201, 'who leaves makes room');
    await fetch(at(again.headers.get('location')!), { method: 'DELETE' });
  });

  test('a renewed key lets nobody in with the one before', async () => {
    const before = door.key;
    door = IngestDoor.parse(await (await rest('POST', 'ingest/key')).json());
    assert.notEqual(door.key, before);
    const offer = (word: string): Promise<Response> =>
      fetch(at(door.whipPath), {
        method: 'POST',
        headers: { ...SDP, authorization: `Bearer ${word}` },
        body: OBS_OFFER,
      });
    assert.equal((await offer(before)).status, 401);
    const created = await offer(door.key);
    assert.equal(created.status, 201);
    const resource = at(created.headers.get('location')!);
    await fetch(resource, { method: 'DELETE', headers: key() });
  });
});

describe('with aiortc', { skip: withoutAiortc }, () => {
  let media: string;

  before(async () => {
    const folder = house.config.dataDir;
    const wav = join(folder, 'voice.wav');
    media = join(folder, 'sender.mp4');
    await writeFile(wav, wavBytes(microphoneSound([], 20)));
    const picture = ['-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=25', '-i', wav];
    const codecs = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-t', '20'];
    execFileSync('ffmpeg', ['-y', '-loglevel', 'error', ...picture, ...codecs, media]);
  });

  const sender = (): AiortcPeer => AiortcPeer.publish(at('/whip'), door.key, media);

  test('a sender speaks for the avatar, and a viewer sees and hears it', async () => {
    await using peer = sender();
    await until('it is the voice', () => session.snapshot.microphone === 'connected');
    const now = await until('it is measured', async () => {
      const state = await inputs();
      return state.senders[0]?.state === 'live' && state.video ? state : undefined;
    });
    assert.deepEqual([now.voice, now.video?.origin], ['whip', 'whip']);
    assert.deepEqual([now.senders[0]!.audio, now.senders[0]!.video], ['Opus', 'H.264']);
    assert.equal(now.senders[0]!.problem, '');

    await using viewer = AiortcPeer.play(at(door.whepPath));
    const seen = await until('it sees and hears', () => {
      const { counts } = viewer.said;
      return (counts?.video ?? 0) > 50 && (counts?.peak ?? 0) > 0.05 ? counts : undefined;
    });
    assert.deepEqual(seen.size, [256, 256]);
    assert.ok(seen.shade! > 60, `no black picture: ${seen.shade}`);
    assert.equal(session.snapshot.viewers, 1);
    assert.equal((await viewer.close()).deleted, 200);
    await until('it has left', () => session.snapshot.viewers === 0);
    assert.equal((await peer.close()).deleted, 200);
    await until('the avatar is silent again', () => session.snapshot.microphone === 'absent');
    assert.equal(peer.errors, '');
  });

  test('a viewer with room for one sound hears the music in it', async () => {
    await using viewer = AiortcPeer.play(at(door.whepPath));
    await until('it sees', () => (viewer.said.counts?.video ?? 0) > 0);
    const tone = Float32Array.from({ length: 48_000 }, (_, i) => 0.4 * Math.sin(i / 20));
    const end = await house.playMusic(session, tone);
    await until('it hears', () => (viewer.said.counts?.peak ?? 0) > 0.1);
    assert.equal((await childrenWith('-c:a libopus -b:a 96k')).length, 1);
    await viewer.close();
    await until('nothing is coded for it any more', async () => {
      return (await childrenWith('-c:a libopus -b:a 96k')).length === 0;
    });
    await end();
  });

  test('what a sender films is there for scenes, behind the avatar, while it comes', async () => {
    const folder = house.config.dataDir;
    const green = await makeMedia(
      join(folder, 'green.mp4'),
      'color=0x00ff00:s=320x180:r=25:d=20',
      ...['-i', join(folder, 'voice.wav'), '-pix_fmt', 'yuv420p', '-shortest'],
    );
    await until('it is on air', () => session.snapshot.rtmpLive);
    {
      await using scene = await GuestScene.open(house.app.url, session.snapshot);
      await scene.shows(ALONE);
      await using peer = AiortcPeer.publish(at('/whip'), door.key, green);
      await scene.shows(GUEST);
      assert.equal(session.snapshot.scene.problem, '');
      await peer.close();
      await scene.shows(ALONE);
    }
    await until('no reader is left', async () => (await childrenWith('-f sdp')).length === 0);
  });

  test('a sender that starts anew replaces its ghost; a voice that was replaced speaks again', async () => {
    await house.speak(session);
    const file = await until('the file speaks', async () => (await inputs()).voice);
    assert.equal(file, 'file');
    await using ghost = sender();
    await until('the newest is the voice', async () => (await inputs()).voice === 'whip');
    await ghost.kill();
    await using anew = sender();
    await until('the new one sends', async () => {
      const { senders } = await inputs();
      return senders.length === 1 && senders[0]!.state === 'live' && anew.said.status === 201;
    });
    const chosen = await rest('PUT', 'inputs/voice', { from: 'file' });
    assert.equal(chosen.status, 204);
    assert.deepEqual((await inputs()).voices, ['whip', 'file']);
    assert.equal((await rest('PUT', 'inputs/voice', { from: 'rtmp' })).status, 404);
    await rest('PUT', 'inputs/voice', { from: 'whip' });
    assert.equal((await inputs()).voice, 'whip');
    await anew.close();
    await until('the one before speaks again', async () => (await inputs()).voice === 'file');
  });

  test('the media server dies: who was connected is gone, and comes back by itself', async () => {
    await using peer = sender();
    await until('it sends', async () => (await inputs()).senders[0]?.state === 'live');
    const resource = at(peer.said.location!);
    const [worker] = await childrenWith('mediasoup-worker');
    process.kill(worker!, 'SIGKILL');
    await until('its resource is gone', async () => {
      const answer = await fetch(resource, { method: 'PATCH', headers: { ...FRAGMENT, ...key() } });
      return answer.status === 404;
    });
    await using next = sender();
    await until('the next one sends', async () => {
      if (next.said.status !== undefined && next.said.status !== 201) return false;
      return (await inputs()).senders.some(({ state }) => state === 'live');
    });
  });

  test('with the session its senders and viewers end', async () => {
    await using viewer = AiortcPeer.play(at(door.whepPath));
    await until('it sees', () => (viewer.said.counts?.video ?? 0) > 0);
    const resource = at(viewer.said.location!);
    await house.app.registry.stop(session.id);
    assert.equal((await problem(fetch(resource, { method: 'DELETE' })))[0], 410);
    await until('the viewer knows', () => viewer.said.state !== 'connected');
  });
});
