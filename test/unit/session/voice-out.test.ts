import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { nowUs } from '../../../server/core/time.ts';
import { VoiceOut } from '../../../server/session/voice-out.ts';
import { parseRtp } from '../../../server/speech/rtp.ts';

function voiceOut(offsetUs: number): { voice: VoiceOut; sent: Buffer[] } {
  const sent: Buffer[] = [];
  const voice = new VoiceOut({
    ssrc: 7,
    payloadType: 111,
    rtpBase: 1000,
    offsetUs: () => offsetUs,
    send: (packet) => sent.push(packet),
  });
  return { voice, sent };
}

test('payloads leave untouched, in order, stamped from MediaTime', async () => {
  const { voice, sent } = voiceOut(nowUs() - 1_000_000);
  const payloads = [Uint8Array.of(1, 2, 3), Uint8Array.of(4), Uint8Array.of(5, 6)];
  payloads.forEach((payload, i) => voice.push(payload, 100_000 + i * 20_000, i === 0));
  await setTimeout(50);
  voice.close();
  const packets = sent.map((packet) => parseRtp(packet)!);
  assert.deepEqual(
    packets.map(({ payload }) => [...payload]),
    payloads.map((p) => [...p]),
  );
  assert.deepEqual(
    packets.map(({ timestamp }) => timestamp),
    [5800, 6760, 7720],
  );
  assert.deepEqual(
    packets.map(({ marker }) => marker),
    [true, false, false],
  );
  assert.equal(packets[2]!.sequence - packets[0]!.sequence, 2);
});

test('a packet is held until its time has come', async () => {
  const start = nowUs();
  const { voice, sent } = voiceOut(start);
  voice.push(Uint8Array.of(1), 100_000, false);
  await setTimeout(40);
  assert.equal(sent.length, 0);
  while (sent.length === 0 && nowUs() - start < 5_000_000) await setTimeout(5);
  assert.equal(sent.length, 1);
  assert.ok(nowUs() - start >= 100_000 + voice.delayMs * 1000 - 2000);
  voice.close();
});

test('the delay jumps to the first measurement, then moves in small steps', () => {
  const { voice } = voiceOut(0);
  const before = voice.delayMs;
  voice.follow(before + 15 + 30);
  assert.equal(voice.delayMs, before + 30);
  voice.follow(before + 15 + 30);
  assert.equal(voice.delayMs, before + 30);
  voice.follow(before + 15 + 20);
  voice.follow(before + 15 + 30);
  assert.equal(voice.delayMs, before + 22.5);
  voice.follow(before + 15 + 230);
  assert.equal(voice.delayMs, before + 230);
});

test('nothing grows without end: the oldest packets are dropped and counted', () => {
  const { voice } = voiceOut(nowUs() + 60_000_000);
  for (let i = 0; i < 100; i += 1) voice.push(Uint8Array.of(i), i * 20_000, false);
  assert.equal(voice.dropped, 36);
  voice.close();
});

test('payloads that come after the end go nowhere', async () => {
  const { voice, sent } = voiceOut(nowUs() - 1_000_000);
  voice.close();
  voice.push(Uint8Array.of(1), 100_000, true);
  await setTimeout(50);
  assert.equal(sent.length, 0);
});

test('a picture that is seconds late does not silence the voice', () => {
  const { voice } = voiceOut(0);
  const queueMs = 64 * 20;
  voice.follow(4000);
  voice.follow(4000);
  assert.ok(voice.delayMs < queueMs, `${voice.delayMs} ms: packets would be dropped before`);
  voice.follow(100);
  assert.equal(voice.delayMs, 85);
});
