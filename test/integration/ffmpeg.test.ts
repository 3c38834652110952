/** Real ffmpeg and ffprobe: process lifetimes, probing, and a file played as Opus RTP. */
import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { after, before, test } from 'node:test';
import { AppError } from '../../server/core/errors.ts';
import { FfmpegProcess } from '../../server/outputs/ffmpeg-process.ts';
import { opusFromFileCommand } from '../../server/outputs/ingest-command.ts';
import { probe } from '../../server/outputs/probe.ts';
import { parseRtp, type RtpPacket } from '../../server/speech/rtp.ts';
import { seededRandom } from '../support/random.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posecast-ffmpeg-'));
});
after(() => rm(folder, { recursive: true }));

function hasCode(code: string): (thrown: unknown) => boolean {
  return (thrown) => thrown instanceof AppError && thrown.code === code;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** 440 Hz, mono, 16 kHz, 16 bit. */
async function writeTone(path: string, seconds: number): Promise<void> {
  const samples = 16_000 * seconds;
  const wav = Buffer.alloc(44 + 2 * samples);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + 2 * samples, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(16_000, 24);
  wav.writeUInt32LE(32_000, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(2 * samples, 40);
  for (let i = 0; i < samples; i++) {
    wav.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * 440 * i) / 16_000)), 44 + 2 * i);
  }
  await writeFile(path, wav);
}

test('closing waits for the death of the process, and doing it twice is the same', async () => {
  const process = await FfmpegProcess.open(['-f', 's16le', '-i', 'pipe:0', '-f', 'null', '-']);
  const { pid } = process;

  const [first, second] = await Promise.all([process.close(), process.close()]);

  assert.equal(first, second);
  assert.ok(!isAlive(pid));
});

test('a process that ignores SIGTERM is killed', { timeout: 20_000 }, async () => {
  const script = 'trap "" TERM; echo ready; while :; do sleep 0.1; done';
  const stubborn = await FfmpegProcess.open(['-c', script], 'sh');
  await once(stubborn.stdout, 'data');

  const exit = await stubborn.close();

  assert.equal(exit.signal, 'SIGKILL');
  assert.ok(!isAlive(stubborn.pid));
});

test('writing to a dead process is no error, and its last words are kept', async () => {
  await using dead = await FfmpegProcess.open(['-nosuchoption', '1']);
  dead.stdout.resume();

  for (let i = 0; i < 50; i++) dead.stdin.write(new Uint8Array(65_536));
  await finished(dead.stderr);
  const exit = await dead.exited;

  assert.notEqual(exit.code, 0);
  assert.match(dead.stderrTail.join('\n'), /nosuchoption/);
  assert.ok(dead.stderrTail.length <= 20);
});

test('a program that is not there is a missing dependency', async () => {
  await assert.rejects(FfmpegProcess.open([], '/no/such/ffmpeg'), hasCode('missing_dependency'));
  await assert.rejects(probe('a.wav', '/no/such/ffprobe'), hasCode('missing_dependency'));
});

test('probing tells streams; missing and unreadable files are named with the reason', async () => {
  const path = join(folder, 'a tone.wav');
  await writeTone(path, 1);
  const garbage = join(folder, 'garbage.mp3');
  await writeFile(garbage, seededRandom(31).bytes(5000));

  const report = await probe(path);

  assert.equal(report.streams[0]?.codec_name, 'pcm_s16le');
  assert.equal(report.streams[0].sample_rate, 16_000);
  assert.equal(report.format.duration, 1);
  for (const bad of [garbage, join(folder, 'missing.wav'), folder]) {
    await assert.rejects(probe(bad), (thrown) => {
      assert.ok(hasCode('unreadable_media')(thrown));
      assert.ok(thrown instanceof Error && thrown.message.includes(bad));
      return true;
    });
  }
});

test('play lists, which lead to other files and hosts, are not opened', async () => {
  const path = join(folder, 'list.m3u8');
  const lines = ['#EXTM3U', '#EXT-X-TARGETDURATION:1', '#EXTINF:1,', 'http://127.0.0.1:9/a.ts'];
  await writeFile(path, lines.join('\n'));

  await assert.rejects(probe(path), (thrown) => {
    assert.ok(hasCode('unreadable_media')(thrown));
    assert.match(String(thrown), /Format not on whitelist/);
    return true;
  });
});

async function bindUdp(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

test('a sound file arrives as 20 ms Opus packets', { timeout: 30_000 }, async () => {
  const path = join(folder, 'voice.wav');
  await writeTone(path, 1);
  const [rtp, rtcp] = [await bindUdp(), await bindUdp()];
  const packets: (RtpPacket | undefined)[] = [];
  rtp.on('message', (bytes) => packets.push(parseRtp(bytes)));
  const args = opusFromFileCommand({
    path,
    rtpPort: rtp.address().port,
    rtcpPort: rtcp.address().port,
    payloadType: 111,
    ssrc: 4242,
  });

  await using player = await FfmpegProcess.open(args);
  const exit = await player.exited;
  while (packets.length < 50) await once(rtp, 'message');
  rtp.close();
  rtcp.close();

  assert.equal(exit.code, 0, player.stderrTail.join('\n'));
  assert.ok(packets.every((packet) => packet?.payloadType === 111 && packet.ssrc === 4242));
  const steps = packets
    .slice(1)
    .map((packet, i) => (packet!.timestamp - packets[i]!.timestamp) | 0);
  assert.deepEqual(new Set(steps), new Set([960]));
});
