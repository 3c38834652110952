/** Music into a real app: over loopback RTP, mediasoup and the engine thread, to what is danced. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { io, type Socket } from 'socket.io-client';
import { drums } from '../../server/motion/dance/measure.ts';
import {
  MotionTapped,
  SayAnswer,
  type MotionState,
  type SessionLevel,
} from '../../server/protocol/index.ts';
import type { Session } from '../../server/session/session.ts';
import { RTP_HEADER_BYTES, writeRtpHeader } from '../../server/speech/rtp.ts';
import { TestApp, until } from '../support/app.ts';
import { seededRandom } from '../support/random.ts';

const BPM = 128;

/** 48 kHz. */
function music(bpm: number): Float32Array {
  const { sound } = drums({ bpm, seed: 4, seconds: 45, noise: 0.02 });
  return Float32Array.from({ length: sound.length * 3 }, (_, i) => sound[Math.floor(i / 3)]!);
}

/** How far apart two places within a beat are, 0..0.5. */
function apart(a: number, b: number): number {
  return Math.abs(a - b - Math.round(a - b));
}

/** Three seconds of an RTMP stream's sound: its root mean square and its largest sample. */
async function listen(url: string): Promise<{ readonly loudness: number; readonly peak: number }> {
  const args = ['-v', 'error', '-i', url, '-t', '3', '-vn', '-ac', '1', '-f', 'f32le', 'pipe:1'];
  const limits = { encoding: 'buffer', maxBuffer: 1e8, timeout: 60_000 } as const;
  const { stdout } = await promisify(execFile)('ffmpeg', args, limits);
  const pcm = new Float32Array(new Uint8Array(stdout).buffer);
  const power = pcm.reduce((sum, sample) => sum + sample * sample, 0) / pcm.length;
  return { loudness: Math.sqrt(power), peak: pcm.reduce((m, s) => Math.max(m, Math.abs(s)), 0) };
}

describe('music in a live session', () => {
  let house: TestApp;
  let socket: Socket;

  before(async () => {
    house = await TestApp.open();
    socket = io(house.app.url, { transports: ['websocket'], reconnection: false });
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  });

  after(async () => {
    socket.close();
    await house.close();
  });

  async function ask(name: string, request: object): Promise<unknown> {
    const answer = (await socket.timeout(30_000).emitWithAck(name, request)) as {
      readonly ok: boolean;
      readonly data?: unknown;
    };
    assert.ok(answer.ok, `${name}: ${JSON.stringify(answer)}`);
    return answer.data;
  }

  async function rest(session: Session, method: string, path: string, body: object) {
    const response = await fetch(`${house.app.url}/api/v1/sessions/${session.id}${path}`, {
      method,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    const json: unknown = await response.json().catch(() => null);
    return { status: response.status, json };
  }

  /** Hears what a session does; `now.state` is its newest. */
  async function follow(session: Session) {
    const now: { state?: MotionState; voice: number } = { voice: 0 };
    socket.on('motion:state', (state: MotionState) => {
      if (state.sessionId === session.id) now.state = state;
    });
    socket.on('session:level', ({ sessionId, voice }: SessionLevel) => {
      if (sessionId === session.id) now.voice = Math.max(now.voice, voice);
    });
    await ask('session:follow', { sessionId: session.id });
    return now;
  }

  const tempoOf = (now: { state?: MotionState }) =>
    until('a tempo', () => now.state?.tempo.source === 'music' && now.state.tempo);

  test('the tempo is heard, steps go with it, and without it at their own pace', async () => {
    const session = await house.createSession();
    session.setTier('full');
    const now = await follow(session);
    const end = await house.playMusic(session, music(BPM));
    const { bpm } = await tempoOf(now);
    assert.ok(Math.abs(bpm / BPM - 1) < 0.02, `${bpm} beats a minute`);
    assert.ok(session.snapshot.music);
    await until('RTMP is live', () => session.snapshot.rtmpLive);
    const { loudness, peak } = await listen(session.snapshot.rtmpUrl);
    assert.ok(loudness > 0.02 && peak < 1, `the stream's sound: ${loudness}, peak ${peak}`);

    const script = { moments: [[{ template: 'dance-sway' }]] };
    await ask('motion:play', { sessionId: session.id, script });
    await until('it plays, from a beat on', () => (now.state?.playing[0]?.progress ?? 0) > 0.1);
    for (let i = 0; i < 20; i += 1) {
      await sleep(100);
      const { playing, tempo } = now.state!;
      const beats = playing[0]!.progress * 4;
      assert.ok(apart(beats, tempo.phase) < 0.05, `${beats} danced at ${tempo.phase} of a beat`);
    }

    await end();
    await until('the beat is gone', () => now.state?.tempo.source === null);
    assert.equal(session.snapshot.state, 'live');
    const before = session.statistics.frames;
    await until('it goes on', () => session.statistics.frames > before + 25);
    assert.equal(now.state?.playing[0]?.template, 'dance-sway', 'the step goes on by itself');
    assert.equal(now.voice, 0, 'music is no voice');
    assert.equal(session.statistics.packetsReceived, 0, 'no packet of it was heard as one');
  });

  test('“dance to the music” waits for a beat, dances, rests when it ends, and stops', async () => {
    const session = await house.createSession();
    session.setTier('full');
    const now = await follow(session);
    const said = SayAnswer.parse(
      (await rest(session, 'POST', '/say', { text: '跟着音乐跳舞!' })).json,
    );
    assert.equal(said.dancing, 'on');
    await until('it waits', () => now.state?.dancing === 'waiting');
    const end = await house.playMusic(session, music(110));
    await tempoOf(now);
    await until('it dances', () => now.state?.dancing === 'dancing');
    const first = await until('a step', () => now.state?.playing[0]?.template);
    assert.match(first, /^dance-/);
    await until('another step', () => {
      const template = now.state?.playing.at(-1)?.template;
      return template !== undefined && template !== first;
    });
    await end();
    await until('it rests', () => now.state?.dancing === 'waiting');
    await until('it stands', () => now.state?.playing.length === 0);
    await ask('motion:say', { sessionId: session.id, text: 'stop dancing' });
    await until('it is over', () => now.state?.dancing === 'off');
  });

  test('taps set the tempo over the music’s until they are taken back', async () => {
    const session = await house.createSession();
    const now = await follow(session);
    let last: MotionTapped | undefined;
    for (let tap = 0; tap < 4; tap += 1) {
      const { status, json } = await rest(session, 'POST', '/taps', { atMs: 7000 + tap * 600 });
      assert.equal(status, 200);
      last = MotionTapped.parse(json);
    }
    assert.equal(last?.taps, 4);
    assert.ok(Math.abs((last?.bpm ?? 0) - 100) < 0.5, `${last?.bpm}`);
    await until('it is told', () => now.state?.tempo.source === 'tap');
    assert.ok(Math.abs(now.state!.tempo.bpm - 100) < 0.5);
    await house.app.engines.kill();
    delete now.state;
    await until('it outlives the engine', () => now.state?.tempo.source === 'tap');
    await ask('motion:tempo', { sessionId: session.id, bpm: null });
    await until('it is taken back', () => now.state?.tempo.source === null);
    assert.equal((await rest(session, 'PUT', '/tempo', { bpm: 5 })).status, 400);
    assert.equal((await rest(session, 'PUT', '/dance', { on: true })).status, 409, 'tier basic');
  });

  test('garbage at the music’s port disturbs neither voice nor picture', async () => {
    const session = await house.createSession();
    await house.speak(session);
    const now = await follow(session);
    const random = seededRandom(11);
    const input = await session.pipeline.room.openLoopbackInput('music');
    const udp = createSocket('udp4');
    for (let i = 0; i < 300; i += 1) {
      const packet = random.bytes(random.int(0, 400));
      if (i % 3 > 0 && packet.length > RTP_HEADER_BYTES) {
        const { payloadType, ssrc } = input;
        const timestamp = random.int(0, 2 ** 32 - 1);
        writeRtpHeader(packet, { payloadType, marker: false, sequence: i, timestamp, ssrc });
      }
      await new Promise((sent) => udp.send(packet, input.port, '127.0.0.1', sent));
    }
    udp.close();
    const { packetsReceived, packetsLost } = session.statistics;
    await until('the voice goes on', () => {
      return session.statistics.packetsReceived > packetsReceived + 100;
    });
    assert.ok(session.statistics.packetsLost - packetsLost <= 2);
    assert.equal(session.snapshot.state, 'live');
    await house.playMusic(session, music(BPM));
    const { bpm } = await tempoOf(now);
    assert.ok(Math.abs(bpm / BPM - 1) < 0.02, `${bpm} beats a minute`);
  });
});
