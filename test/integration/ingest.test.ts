/** RTMP ingest with real publishers (ffmpeg): who is let in, and how what they send is heard. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { microphoneSound, wavBytes } from '../../server/bench/fake-microphone.ts';
import { IngestDoor, SessionInputs } from '../../server/protocol/index.ts';
import type { RtcTypes } from '../../server/rtc/room-types.ts';
import type { Session } from '../../server/session/session.ts';
import { childrenWith, TestApp, until } from '../support/app.ts';
import { publish as publishTo, type Publishing } from '../support/publisher.ts';
import { ALONE, GUEST, GuestScene, makeMedia } from '../support/scene-files.ts';

let house: TestApp;
let session: Session;
let door: IngestDoor;
let voice: string;

before(async () => {
  house = await TestApp.open();
  session = await house.createSession();
  door = IngestDoor.parse(await ask('GET', 'ingest'));
  voice = join(house.config.dataDir, 'voice.wav');
  await writeFile(voice, wavBytes(microphoneSound([], 30)));
});

after(() => house.close());

async function ask(method: string, path: string): Promise<unknown> {
  const response = await fetch(`${house.app.url}/api/v1/sessions/${session.id}/${path}`, {
    method,
  });
  return response.json();
}

const inputs = async (): Promise<SessionInputs> => SessionInputs.parse(await ask('GET', 'inputs'));

type Sending = Partial<Publishing> & { readonly key?: string; readonly app?: string };

/** Sends into the session, unless another key or application is named. */
function publish({ key = door.key, app = 'ingest', ...options }: Sending = {}) {
  const url = `rtmp://127.0.0.1:${house.config.rtmpPort}/${app}/${key}`;
  return publishTo({ url, voice, ...options });
}

const spoken = (): Promise<unknown> =>
  until('a voice is heard', () => session.snapshot.microphone === 'connected');
const silent = (): Promise<unknown> =>
  until('nobody speaks', () => session.snapshot.microphone === 'absent');

describe('a sender by RTMP', () => {
  test('speaks for the avatar, and is described; its key is seen nowhere', async () => {
    await using publisher = await publish();
    await spoken();
    assert.equal(session.snapshot.voice, 'rtmp');
    const { voice: origin, senders } = await until('it is measured', async () => {
      const now = await inputs();
      return (now.senders[0]?.kbps ?? 0) > 50 && now.video ? now : undefined;
    });
    const [sender] = senders;
    assert.deepEqual(
      [origin, sender!.origin, sender!.state, sender!.audio, sender!.video, sender!.problem],
      ['rtmp', 'rtmp', 'live', 'AAC', 'H.264 640x360 25/s', ''],
    );
    assert.deepEqual(await childrenWith(door.key), [publisher.pid], 'no process but its own');
    await publisher.close();
    await silent();
    assert.deepEqual((await inputs()).senders, []);
    await until('no reader is left', async () => (await childrenWith('/feed/')).length === 0);
  });

  test('that comes again, or twice, is the voice: the newest replaces', async () => {
    await using first = await publish({ picture: 'none' });
    await spoken();
    await using second = await publish({ picture: 'none' });
    const { code } = await first.exited;
    assert.notEqual(code, 0, 'the first is cut off');
    await until('one sender is left', async () => (await inputs()).senders.length === 1);
    await spoken();
    await second.close();
    await silent();
    await using third = await publish({ picture: 'none' });
    await spoken();
    await third.close();
    await silent();
  });

  test('whose sound has gaps goes on behind them', async () => {
    const gap = ['-af', "aselect='lt(mod(t,3),1.5)'"];
    await using publisher = await publish({ picture: 'none', sound: gap });
    await spoken();
    const [reader] = await childrenWith('/feed/sound-');
    const before = session.statistics.packetsReceived;
    await until('more sound has come than lies between two gaps', () => {
      return session.statistics.packetsReceived - before > 90;
    });
    assert.deepEqual(await childrenWith('/feed/sound-'), [reader], 'read by the same process');
    await publisher.close();
    await silent();
  });

  test('with frames that refer to later ones is coded anew, while somebody looks', async () => {
    await using publisher = await publish({ betweenFrames: 2 });
    await spoken();
    const { room } = session.pipeline;
    const look = (): Promise<unknown> =>
      room.openTransport('recv').then(({ id: transportId }) => {
        const rtpCapabilities = room.capabilities as RtcTypes['rtpCapabilities'];
        return room.consume({ transportId, rtpCapabilities, kind: 'video', source: 'ingest' });
      });
    assert.deepEqual(await childrenWith('/feed/picture-'), [], 'not without somebody');
    await assert.rejects(look(), /no video of a ingest now/);
    await until('asked for, it is coded', async () => (await inputs()).video?.origin === 'rtmp');
    await look();
    assert.equal((await childrenWith('/feed/picture-')).length, 1);
    await publisher.close();
    await silent();
  });
});

test('what a sender shows is there for scenes, behind the avatar, while it comes', async () => {
  const green = await makeMedia(
    join(house.config.dataDir, 'green.mp4'),
    'color=0x00ff00:s=320x180:r=25:d=1',
    ...['-pix_fmt', 'yuv420p'],
  );
  await until('it is on air', () => session.snapshot.rtmpLive);
  {
    await using scene = await GuestScene.open(house.app.url, session.snapshot);
    assert.match(session.snapshot.scene.problem, /No live video comes in as "ingest"/);
    await scene.shows(ALONE);
    const publisher = await publish({ picture: green });
    await scene.shows(GUEST);
    assert.equal(session.snapshot.scene.problem, '');
    await publisher.close();
    await scene.shows(ALONE);
  }
  await until('no reader is left', async () => (await childrenWith('/feed/')).length === 0);
});

describe('who may not', () => {
  const refused = async (options: Sending): Promise<void> => {
    await using publisher = await publish(options);
    const { code } = await publisher.exited;
    assert.notEqual(code, 0, JSON.stringify(options));
  };

  test('publish: without the key, into live/, or anywhere else', async () => {
    await refused({ key: 'not-the-key' });
    await refused({ app: 'live', key: session.id });
    await refused({ app: 'feed', key: 'sound-x' });
    await refused({ app: 'other' });
    assert.equal(session.snapshot.microphone, 'absent');
    assert.ok(session.snapshot.rtmpLive, 'the stream itself goes on');
  });

  test('play what is sent in', async () => {
    await using publisher = await publish();
    await spoken();
    const url = `${door.rtmpUrl}/${door.key}`;
    await assert.rejects(promisify(execFile)('ffprobe', ['-v', 'error', '-i', url]));
    await publisher.close();
    await silent();
  });

  test('go on with a key that was renewed', async () => {
    await using publisher = await publish({ picture: 'none' });
    await spoken();
    const before = door.key;
    door = IngestDoor.parse(await ask('POST', 'ingest/key'));
    const { code } = await publisher.exited;
    assert.notEqual(code, 0, 'it is cut off');
    await silent();
    await refused({ key: before });
    await using again = await publish({ picture: 'none' });
    await spoken();
    await again.close();
  });
});

test('the RTMP server dies: senders come back to it', async () => {
  const [pid] = await childrenWith('rtmp-server-child');
  await using publisher = await publish({ picture: 'none' });
  await spoken();
  process.kill(pid!, 'SIGKILL');
  await publisher.exited;
  await silent();
  await until('a new one listens', async () => {
    await using again = await publish({ picture: 'none' });
    const left = await Promise.race([again.exited, spoken().then(() => 'spoken')]);
    return left === 'spoken';
  });
});

test('the next session has the key that OBS knows', async () => {
  await house.app.registry.stop(session.id);
  await until('no reader is left', async () => (await childrenWith('/feed/')).length === 0);
  session = await house.createSession();
  assert.equal(IngestDoor.parse(await ask('GET', 'ingest')).key, door.key);
  const other = await house.createSession();
  const second = house.app.url + `/api/v1/sessions/${other.id}/ingest`;
  const { key } = IngestDoor.parse(await (await fetch(second)).json());
  assert.notEqual(key, door.key);
  await using publisher = await publish({ key, picture: 'none' });
  await until('the other one speaks', () => other.snapshot.microphone === 'connected');
  assert.equal(session.snapshot.microphone, 'absent');
  await publisher.close();
});
