import assert from 'node:assert/strict';
import { test } from 'node:test';
import { H264RtpPayload } from 'werift-rtp';
import { AppError } from '../../../server/core/errors.ts';
import {
  H264Packetizer,
  MAX_PAYLOAD_BYTES,
  nalType,
  parseAvcConfig,
  splitLengthPrefixed,
} from '../../../server/outputs/h264.ts';
import { seededRandom, type Random } from '../../support/random.ts';

type Payload = { readonly bytes: Uint8Array; readonly marker: boolean };

const SPS = Uint8Array.of(0x67, 0x42, 0xc0, 0x1f, 0xd9);
const PPS = Uint8Array.of(0x68, 0xcb, 0x83);

function nal(header: number, bodyBytes: number, random: Random): Uint8Array {
  const unit = random.bytes(bodyBytes + 1);
  unit[0] = header;
  return unit;
}

function packetize(packetizer: H264Packetizer, units: readonly Uint8Array[]): Payload[] {
  const offset = 12;
  const target = new Uint8Array(offset + MAX_PAYLOAD_BYTES);
  const payloads: Payload[] = [];
  packetizer.packetize(units, target, offset, (size, marker) => {
    payloads.push({ bytes: target.slice(offset, offset + size), marker });
  });
  return payloads;
}

/** Receiver written from RFC 6184 alone. */
function reassemble(payloads: readonly Payload[]): Uint8Array[] {
  const units: Uint8Array[] = [];
  let fragments: number[] = [];
  for (const { bytes } of payloads) {
    const type = bytes[0]! & 0x1f;
    if (type === 24) {
      for (let at = 1; at < bytes.length;) {
        const size = bytes[at]! * 256 + bytes[at + 1]!;
        units.push(bytes.slice(at + 2, at + 2 + size));
        at += 2 + size;
      }
    } else if (type === 28) {
      if (bytes[1]! & 0x80) fragments = [(bytes[0]! & 0xe0) | (bytes[1]! & 0x1f)];
      fragments.push(...bytes.subarray(2));
      if (bytes[1]! & 0x40) units.push(Uint8Array.from(fragments));
    } else {
      units.push(bytes);
    }
  }
  return units;
}

/** werift's receiver: an Annex B stream. */
function werift(payloads: readonly Payload[]): Buffer {
  const parts: Buffer[] = [];
  let fragment: Buffer | undefined;
  for (const { bytes } of payloads) {
    const part = H264RtpPayload.deSerialize(Buffer.from(bytes), fragment);
    fragment = part.fragment;
    if (part.payload !== undefined) parts.push(part.payload);
  }
  return Buffer.concat(parts);
}

function annexB(units: readonly Uint8Array[]): Buffer {
  return Buffer.concat(units.flatMap((unit) => [Buffer.from([0, 0, 0, 1]), Buffer.from(unit)]));
}

test('a key frame without parameter sets gets them in front, aggregated', () => {
  const packetizer = new H264Packetizer();
  packetizer.setParameterSets({ sps: [SPS], pps: [PPS] });
  const idr = nal(0x65, 3000, seededRandom(1));

  const payloads = packetize(packetizer, [idr]);

  assert.equal(nalType(payloads[0]!.bytes), 24);
  assert.deepEqual(reassemble(payloads), [SPS, PPS, idr]);
  assert.deepEqual(
    payloads.map(({ marker }) => marker),
    [false, false, false, true],
  );
});

test('a key frame with parameter sets of its own, and a delta frame, get none', () => {
  const packetizer = new H264Packetizer();
  packetizer.setParameterSets({ sps: [SPS], pps: [PPS] });
  const random = seededRandom(2);
  const own = Uint8Array.of(0x67, 1, 2, 3);
  const key = [own, PPS, nal(0x65, 1500, random)];
  const delta = [nal(0x41, 200, random)];

  assert.deepEqual(reassemble(packetize(packetizer, key)), key);
  assert.deepEqual(packetize(packetizer, delta), [{ bytes: delta[0], marker: true }]);
});

test('access unit delimiters, filler and empty units are left out', () => {
  const random = seededRandom(3);
  const slice = nal(0x41, 10, random);
  const units = [Uint8Array.of(9, 0xf0), new Uint8Array(0), slice, nal(12, 50, random)];

  assert.deepEqual(packetize(new H264Packetizer(), units), [{ bytes: slice, marker: true }]);
});

test('every size around the fragmentation limits survives', () => {
  const random = seededRandom(4);
  for (const limit of [1, 2, 3].map((n) => n * (MAX_PAYLOAD_BYTES - 2))) {
    for (let body = limit - 3; body <= limit + 4; body++) {
      const unit = nal(0x41, body, random);
      const payloads = packetize(new H264Packetizer(), [unit]);
      assert.deepEqual(reassemble(payloads), [unit]);
      for (const { bytes } of payloads) assert.ok(bytes.length <= MAX_PAYLOAD_BYTES);
    }
  }
});

test('random access units come back whole from two receivers, one marker at the end', () => {
  const random = seededRandom(5);
  for (let round = 0; round < 200; round++) {
    const units = Array.from({ length: random.int(1, 6) }, () =>
      nal(0x61, random.next() < 0.5 ? random.int(1, 300) : random.int(1, 9000), random),
    );
    const payloads = packetize(new H264Packetizer(), units);
    assert.deepEqual(reassemble(payloads), units);
    assert.ok(werift(payloads).equals(annexB(units)));
    assert.equal(payloads.filter(({ marker }) => marker).length, 1);
    assert.ok(payloads.at(-1)!.marker);
    assert.ok(payloads.every(({ bytes }) => bytes.length <= MAX_PAYLOAD_BYTES));
  }
});

test('a packet buffer that is too small is refused before anything is written', () => {
  const target = new Uint8Array(100);
  assert.throws(
    () => new H264Packetizer().packetize([SPS], target, 12, () => assert.fail('emitted')),
    RangeError,
  );
});

test('avcC yields parameter sets, level and length size; a truncated one is refused', () => {
  const record = Uint8Array.from([
    ...[1, 0x42, 0xc0, 0x1f, 0xff, 0xe1, 0, SPS.length, ...SPS],
    ...[1, 0, PPS.length, ...PPS],
  ]);

  const config = parseAvcConfig(record);

  assert.deepEqual(config, {
    profile: 0x42,
    compatibility: 0xc0,
    level: 0x1f,
    lengthSize: 4,
    sps: [SPS],
    pps: [PPS],
  });
  for (let size = 0; size < record.length; size++) {
    assert.throws(() => parseAvcConfig(record.subarray(0, size)), isEncoderFailed);
  }
  assert.throws(() => parseAvcConfig(Uint8Array.from(record).fill(2, 0, 1)), isEncoderFailed);
});

test('length-prefixed units are split as views; a length over the end is refused', () => {
  const data = Uint8Array.of(0, 2, 0x41, 7, 0, 0, 0, 1, 0x42);

  assert.deepEqual(splitLengthPrefixed(data, 2), [Uint8Array.of(0x41, 7), Uint8Array.of(0x42)]);
  assert.throws(() => splitLengthPrefixed(Uint8Array.of(0, 3, 0x41, 7), 2), isEncoderFailed);
  assert.throws(() => splitLengthPrefixed(Uint8Array.of(0, 1, 0x41, 0), 2), isEncoderFailed);
});

test('garbage in the containers gives units or encoder_failed, nothing else', () => {
  const random = seededRandom(6);
  for (let round = 0; round < 3000; round++) {
    const data = random.bytes(random.int(0, 60));
    if (random.next() < 0.8 && data.length > 0) data[0] = 1;
    for (const parse of [parseAvcConfig, (bytes: Uint8Array) => splitLengthPrefixed(bytes, 1)]) {
      try {
        parse(data);
      } catch (thrown) {
        assert.ok(isEncoderFailed(thrown));
      }
    }
  }
});

function isEncoderFailed(thrown: unknown): boolean {
  return thrown instanceof AppError && thrown.code === 'encoder_failed';
}
