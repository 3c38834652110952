/** Voice and music in one sound: coded by a real ffmpeg, heard at the time it was given. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMeta, createRing, RingReader, RingWriter } from '../../server/core/slot-ring.ts';
import { nowUs, TICK_US } from '../../server/core/time.ts';
import { MixOut } from '../../server/outputs/mix/mix-out.ts';
import { OggReader } from '../../server/outputs/mix/ogg-reader.ts';
import { MixedVoice } from '../../server/session/mixed-voice.ts';
import { VoiceOut } from '../../server/session/voice-out.ts';
import { MIX_RING } from '../../server/session/wires.ts';
import { OpusDecoder } from '../../server/speech/opus.ts';
import { parseRtp } from '../../server/speech/rtp.ts';
import { until } from '../support/app.ts';

const TICK_SAMPLES = 1920;
const TONE_FROM = 12 * TICK_SAMPLES;
const LAST_TICK = 40;

/** Silence, then 440 Hz. */
function tick(number: number): Uint8Array {
  const pcm = new Int16Array(TICK_SAMPLES);
  for (let i = 0; i < TICK_SAMPLES; i += 1) {
    const at = number * TICK_SAMPLES + i;
    if (at >= TONE_FROM) pcm[i] = 12_000 * Math.sin((2 * Math.PI * 440 * at) / 48_000);
  }
  return new Uint8Array(pcm.buffer);
}

test('what is mixed comes out of the coder where it went in', async () => {
  const ring = createRing(MIX_RING);
  const reader = new RingReader(ring);
  const out = new MixOut({ ring, ffmpeg: 'ffmpeg' });
  const [packet, meta] = [new Uint8Array(MIX_RING.slotBytes), createMeta()];
  const pcm = new Float32Array((LAST_TICK + 2) * TICK_SAMPLES);
  const decoder = await OpusDecoder.open();
  let [next, heard] = [0, 0];
  await until('a second of it has come', () => {
    // The first ones start the coder and are left out.
    if (next < LAST_TICK) out.sound(next * TICK_US, tick(next));
    next += 1;
    while (reader.read(packet, meta)) {
      const at = Math.round(meta.timeUs * 0.048);
      const samples = pcm.subarray(Math.max(0, at), Math.max(0, at) + 960);
      decoder.decode(packet.subarray(0, meta.bytes), samples);
      heard = Math.max(heard, at);
    }
    return heard > (LAST_TICK - 10) * TICK_SAMPLES;
  });
  const onset = pcm.findIndex((value) => Math.abs(value) > 0.05);
  assert.ok(Math.abs(onset - TONE_FROM) < 240, `it begins ${(onset - TONE_FROM) / 48} ms off`);
  assert.ok(Math.max(...pcm) > 0.3, 'as loud as it was');
  decoder.close();
  await out.close();
});

test('the voice goes through untouched until a mix comes, and after it; nothing is heard twice', async () => {
  const ring = createRing(MIX_RING);
  const sent: number[] = [];
  const offsetUs = nowUs() - 10_000_000;
  const out = new VoiceOut({
    ...{ ssrc: 1, payloadType: 111, rtpBase: 0, offsetUs: () => offsetUs },
    send: (rtp) => sent.push(parseRtp(rtp)!.payload[0]!),
  });
  const mixed = new MixedVoice(ring, out);
  const writer = new RingWriter(ring);
  const voice = (number: number): void =>
    mixed.voice(Uint8Array.of(number), number * 20_000, false);
  const mix = (number: number): boolean => {
    const meta = { timeUs: number * 20_000, sourceUs: 0, flags: 0, bytes: 1 };
    return writer.push(Uint8Array.of(100 + number), meta);
  };
  voice(1);
  mixed.wanted = true;
  [2, 3, 4].forEach(voice);
  await until('the voice is sent', () => sent.length === 3);
  [3, 4, 5, 6].forEach(mix);
  await until('the mix is sent', () => sent.length === 5);
  voice(7);
  await until('the mix has ended', () => {
    voice(8);
    return sent.includes(8);
  });
  await mixed.close();
  assert.deepEqual(sent, [2, 3, 4, 105, 106, 8]);
});

test('Ogg in pieces of any size, and what is none', () => {
  const page = (packets: readonly number[]): Buffer => {
    const head = Buffer.alloc(27);
    head.write('OggS');
    const sizes = packets.flatMap((size) => [
      ...Array.from({ length: Math.floor(size / 255) }, () => 255),
      size % 255,
    ]);
    head[26] = sizes.length;
    const bodies = packets.map((size) => Buffer.alloc(size, size % 251));
    return Buffer.concat([head, Buffer.from(sizes), ...bodies]);
  };
  const stream = Buffer.concat([page([19]), page([300, 255, 4])]);
  for (const step of [1, 7, stream.length]) {
    const found: number[] = [];
    const reader = new OggReader((packet) => found.push(packet.length));
    for (let at = 0; at < stream.length; at += step) reader.push(stream.subarray(at, at + step));
    assert.deepEqual(found, [19, 300, 255, 4]);
  }
  assert.throws(() => new OggReader(() => undefined).push(Buffer.alloc(64, 1)), /no Ogg page/);
});
