import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../../server/core/errors.ts';
import { FlvDemuxer, type FlvVideoTag } from '../../../server/outputs/flv.ts';
import { seededRandom } from '../../support/random.ts';

const AVCC = Uint8Array.of(1, 0x42, 0xc0, 0x1f, 0xff, 0xe1, 0, 2, 0x67, 1, 1, 0, 2, 0x68, 2);
const FILE_HEADER = Uint8Array.of(0x46, 0x4c, 0x56, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0);

function tag(type: number, timestampMs: number, data: Uint8Array): Buffer {
  const header = Buffer.alloc(11);
  header[0] = type;
  header.writeUIntBE(data.length, 1, 3);
  header.writeUIntBE(timestampMs % 2 ** 24, 4, 3);
  header[7] = Math.floor(timestampMs / 2 ** 24);
  const trailer = Buffer.alloc(4);
  trailer.writeUInt32BE(11 + data.length);
  return Buffer.concat([header, data, trailer]);
}

function configTag(): Buffer {
  return tag(9, 0, Buffer.concat([Uint8Array.of(0x17, 0, 0, 0, 0), AVCC]));
}

function frameTag(timestampMs: number, keyframe: boolean, nalus: readonly Uint8Array[]): Buffer {
  const prefix = Uint8Array.of(keyframe ? 0x17 : 0x27, 1, 0xff, 0xff, 0xfe);
  return tag(9, timestampMs, Buffer.concat([prefix, lengthPrefixed(nalus)]));
}

function lengthPrefixed(nalus: readonly Uint8Array[]): Uint8Array {
  const parts = nalus.map((nalu) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(nalu.length);
    return Buffer.concat([length, nalu]);
  });
  return new Uint8Array(Buffer.concat(parts));
}

/** Copies what the demuxer lends. */
function collect(into: FlvVideoTag[]): (tag: FlvVideoTag) => void {
  return (tag) => into.push(structuredClone(tag));
}

test('configuration and frames come out with time, key flag and units', () => {
  const tags: FlvVideoTag[] = [];
  const demuxer = new FlvDemuxer(collect(tags));
  const audio = tag(8, 3, Uint8Array.of(0xaf, 1, 9));
  const script = tag(18, 0, Uint8Array.of(2, 0, 1, 65));
  const late = 2 ** 24 + 40;

  demuxer.push(FILE_HEADER);
  demuxer.push(Buffer.concat([script, configTag(), audio]));
  demuxer.push(frameTag(late, true, [Uint8Array.of(0x65, 1), Uint8Array.of(0x65, 2, 3)]));

  assert.equal(tags.length, 2);
  assert.ok(tags[0]?.kind === 'config');
  assert.deepEqual([...tags[0].config.sps[0]!], [0x67, 1]);
  assert.deepEqual([...tags[0].avcC], [...AVCC]);
  assert.deepEqual(tags[1], {
    kind: 'frame',
    timestampMs: late,
    compositionMs: -2,
    keyframe: true,
    nalus: [Uint8Array.of(0x65, 1), Uint8Array.of(0x65, 2, 3)],
    data: Uint8Array.of(0, 0, 0, 2, 0x65, 1, 0, 0, 0, 3, 0x65, 2, 3),
  });
});

test('random frames in random chunks come out equal, each as soon as it is complete', () => {
  const random = seededRandom(11);
  for (let round = 0; round < 40; round++) {
    const frames = Array.from({ length: 12 }, (_, i) => ({
      timestampMs: 40 * i,
      keyframe: i % 5 === 0,
      nalus: Array.from({ length: random.int(1, 3) }, () => random.bytes(random.int(1, 3000))),
    }));
    const parts = frames.map((frame) => frameTag(frame.timestampMs, frame.keyframe, frame.nalus));
    const stream = Buffer.concat([FILE_HEADER, configTag(), ...parts]);
    const ends = parts.map(
      (_, i) => Buffer.concat([FILE_HEADER, configTag(), ...parts.slice(0, i + 1)]).length,
    );
    const tags: FlvVideoTag[] = [];
    const demuxer = new FlvDemuxer(collect(tags));

    for (let at = 0; at < stream.length;) {
      const next = Math.min(stream.length, at + random.int(1, 4000));
      demuxer.push(stream.subarray(at, next));
      at = next;
      const complete = ends.filter((end) => end <= at).length;
      assert.equal(tags.filter(({ kind }) => kind === 'frame').length, complete);
    }

    assert.deepEqual(
      tags.slice(1),
      frames.map((frame) => ({
        kind: 'frame',
        compositionMs: -2,
        ...frame,
        data: lengthPrefixed(frame.nalus),
      })),
    );
  }
});

test('a frame larger than the first buffer is held whole', () => {
  const tags: FlvVideoTag[] = [];
  const demuxer = new FlvDemuxer(collect(tags));
  const nalu = seededRandom(12).bytes(700_000);

  demuxer.push(Buffer.concat([FILE_HEADER, configTag(), frameTag(0, true, [nalu])]));

  assert.ok(tags[1]?.kind === 'frame');
  assert.deepEqual(tags[1].nalus, [nalu]);
});

test('a tag over the bound, another codec and another format are refused', () => {
  const huge = Buffer.concat([FILE_HEADER, Uint8Array.of(9, 0x40, 0, 1, 0, 0, 0, 0, 0, 0, 0)]);
  const sorenson = Buffer.concat([FILE_HEADER, tag(9, 0, Uint8Array.of(0x22, 0, 0, 0, 0, 0))]);

  for (const stream of [huge, sorenson, Buffer.alloc(64, 'RIFF')]) {
    const demuxer = new FlvDemuxer(() => assert.fail('no tag expected'));
    assert.throws(
      () => demuxer.push(stream),
      (thrown) => thrown instanceof AppError && thrown.code === 'encoder_failed',
    );
  }
});

test('garbage after the header gives tags or encoder_failed, nothing else', () => {
  const random = seededRandom(13);
  for (let round = 0; round < 500; round++) {
    const demuxer = new FlvDemuxer(() => undefined, 2000);
    try {
      demuxer.push(FILE_HEADER);
      for (let i = 0; i < 20; i++) {
        const data = random.bytes(random.int(0, 40));
        demuxer.push(
          random.next() < 0.5
            ? data
            : tag(
                9,
                0,
                Buffer.concat([[0x17], [random.int(0, 1)], data].map((b) => Uint8Array.from(b))),
              ),
        );
      }
    } catch (thrown) {
      assert.ok(thrown instanceof AppError && thrown.code === 'encoder_failed');
    }
  }
});
