/** Real Opus from ffmpeg through jitter buffer and decoder, against ffmpeg's own decoding. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { JitterBuffer } from '../../server/speech/jitter-buffer.ts';
import { OpusDecoder } from '../../server/speech/opus.ts';
import { opusDurationUs } from '../../server/speech/opus-packet.ts';
import { oggPackets } from '../support/ogg-packets.ts';
import { seededRandom } from '../support/random.ts';
import { sharedFile } from '../support/shared-data.ts';

const speech = sharedFile('speech/librivox/sense_and_sensibility_01_austen_64kb-0870.wav');

function ffmpeg(args: readonly string[], input?: Uint8Array): Buffer {
  const all = ['-v', 'error', ...args];
  return execFileSync('ffmpeg', all, { maxBuffer: 1e8, ...(input === undefined ? {} : { input }) });
}

function encode(input: readonly string[], settings: readonly string[]): Buffer {
  return ffmpeg([...input, '-ar', '48000', '-c:a', 'libopus', ...settings, '-f', 'ogg', '-']);
}

/** Samples at the beginning that a player leaves out: RFC 7845, 5.1. */
function preSkip(file: Buffer): number {
  return file.readUInt16LE(file.indexOf('OpusHead') + 10);
}

/** ffmpeg's decoding by libopus, 48 kHz mono; it leaves out the pre-skip. */
function decodeByFfmpeg(ogg: Buffer): Float32Array {
  const raw = ffmpeg(['-c:a', 'libopus', '-i', '-', '-ac', '1', '-f', 'f32le', '-'], ogg);
  return new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
}

/** Plays packets through buffer and decoder, five places behind their arrival. */
function play(
  decoder: OpusDecoder,
  packets: readonly Uint8Array[],
  arrivalsAt: (step: number) => readonly number[],
): Float32Array {
  const buffer = new JitterBuffer();
  const samples = (opusDurationUs(packets[0]!) * 48) / 1000;
  const pcm = new Float32Array(packets.length * samples + 5760);
  for (let step = 0; step < packets.length + 6; step++) {
    for (const index of arrivalsAt(step)) {
      buffer.insert({
        ssrc: 1,
        sequence: (65_000 + index) & 0xffff,
        startSample: index * samples,
        samples,
        payload: packets[index]!,
        restart: false,
      });
    }
    const until = (step - 5) * samples;
    for (let item = buffer.take(until); item !== undefined; item = buffer.take(until)) {
      const out = pcm.subarray(item.startSample, item.startSample + item.samples);
      if (item.kind === 'packet') decoder.decode(item.payload, out);
      else decoder.conceal(out, item.samples);
    }
  }
  return pcm;
}

function snrDb(reference: Float32Array, heard: Float32Array): number {
  let signal = 0;
  let noise = 0;
  for (let i = 0; i < reference.length; i++) {
    signal += reference[i]! ** 2;
    noise += (reference[i]! - heard[i]!) ** 2;
  }
  return 10 * Math.log10(signal / (noise + 1e-20));
}

function energy(pcm: Float32Array): number {
  return pcm.reduce((sum, sample) => sum + sample * sample, 0);
}

const SETTINGS: Record<string, string[]> = {
  'voice 20 ms': ['-ac', '1', '-b:a', '32k', '-application', 'voip'],
  'low delay 10 ms': ['-ac', '1', '-application', 'lowdelay', '-frame_duration', '10'],
  'voice 60 ms': ['-ac', '1', '-b:a', '24k', '-application', 'voip', '-frame_duration', '60'],
};

for (const [name, settings] of Object.entries(SETTINGS)) {
  test(
    `${name}: reordered packets sound as ffmpeg decodes them`,
    { skip: speech.skip },
    async () => {
      const ogg = encode(['-i', speech.path], settings);
      const packets = oggPackets(ogg);
      const expected = decodeByFfmpeg(ogg);
      const decoder = await OpusDecoder.open();
      const random = seededRandom(71);
      const delays = packets.map(() => random.int(0, 4));

      const heard = play(decoder, packets, (step) =>
        packets.flatMap((_, index) => (index + delays[index]! === step ? [index] : [])),
      );

      decoder.close();
      assert.equal(decoder.errors, 0);
      const snr = snrDb(expected, heard.subarray(preSkip(ogg)));
      assert.ok(snr > 60, `SNR ${snr} dB`);
    },
  );
}

test('with 5 % loss the sound stays sane', { skip: speech.skip }, async () => {
  const packets = oggPackets(encode(['-i', speech.path], SETTINGS['voice 20 ms']!));
  const random = seededRandom(72);
  const lost = new Set(packets.flatMap((_, i) => (i > 0 && random.next() < 0.05 ? [i] : [])));
  assert.ok(lost.size > 5);
  const decoder = await OpusDecoder.open();
  const clean = play(decoder, packets, (step) => (step < packets.length ? [step] : []));
  decoder.reset();

  const heard = play(decoder, packets, (step) =>
    step < packets.length && !lost.has(step) ? [step] : [],
  );

  decoder.close();
  assert.ok(heard.every((sample) => Number.isFinite(sample) && Math.abs(sample) <= 1.5));
  const ratio = energy(heard) / energy(clean);
  assert.ok(ratio > 0.7 && ratio < 1.1, `energy ${ratio} of the clean sound's`);
  assert.ok(snrDb(clean, heard) > 8, `SNR ${snrDb(clean, heard)} dB`);
});

test('concealing goes on for a moment and fades', async () => {
  const ogg = encode(['-f', 'lavfi', '-i', 'sine=220:d=1'], SETTINGS['voice 20 ms']!);
  const decoder = await OpusDecoder.open();
  const out = new Float32Array(960);
  for (const packet of oggPackets(ogg).slice(0, 40)) decoder.decode(packet, out);
  const before = energy(out);

  decoder.conceal(out, 960);
  const first = energy(out);
  for (let i = 0; i < 20; i++) decoder.conceal(out, 960);

  decoder.close();
  assert.ok(first > 0.2 * before, `${first} of ${before}`);
  assert.ok(energy(out) < 0.05 * before);
});

test('garbage is counted and concealed, resets and stereo are taken', async () => {
  const stereo = encode(['-f', 'lavfi', '-i', 'sine=300:d=0.5'], ['-ac', '2', '-b:a', '64k']);
  const decoder = await OpusDecoder.open();
  const random = seededRandom(73);
  const out = new Float32Array(5760).fill(NaN);

  decoder.conceal(out, 960);
  assert.ok(out.subarray(0, 960).every((sample) => sample === 0));
  assert.equal(decoder.decode(new Uint8Array(0), out), out.length);
  assert.equal(decoder.decode(new Uint8Array(100_000), out), out.length);
  assert.equal(decoder.errors, 2);
  for (let i = 0; i < 3000; i++) {
    const samples = decoder.decode(random.bytes(random.int(0, 80)), out);
    assert.ok(samples > 0 && samples <= out.length);
    assert.ok(out.subarray(0, samples).every((sample) => Number.isFinite(sample)));
    if (i % 10 === 0) decoder.reset();
  }
  assert.ok(decoder.errors > 100);
  decoder.reset();
  let loud = 0;
  for (const packet of oggPackets(stereo)) {
    assert.equal(decoder.decode(packet, out), 960);
    loud = Math.max(loud, energy(out.subarray(0, 960)));
  }
  assert.ok(loud > 1);

  decoder.close();
  decoder.close();
  assert.equal(decoder.decode(oggPackets(stereo)[0]!, out), out.length);
});
