import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  PictureLossIndication,
  RtcpPacketConverter,
  RtcpPayloadSpecificFeedback,
  RtcpRrPacket,
  RtcpSourceDescriptionPacket,
  RtcpSrPacket,
  RtpHeader,
  RtpPacket,
} from 'werift-rtp';
import {
  hasKeyframeRequest,
  parseRtp,
  RTP_HEADER_BYTES,
  senderReportsBytes,
  Unwrapper,
  wrappedDistance,
  writeRtpHeader,
  writeSenderReports,
} from '../../../server/speech/rtp.ts';
import { seededRandom } from '../../support/random.ts';

test('a written header is read back, by this parser and by another one', () => {
  const header = {
    payloadType: 111,
    marker: true,
    sequence: 0xfffe,
    timestamp: 0xfedcba98,
    ssrc: 0x89abcdef,
  };
  const packet = Buffer.from([...new Uint8Array(RTP_HEADER_BYTES), 1, 2, 3]);

  writeRtpHeader(packet, header);

  assert.deepEqual({ ...parseRtp(packet)!, payload: [1, 2, 3] }, { ...header, payload: [1, 2, 3] });
  const other = RtpPacket.deSerialize(packet);
  assert.equal(other.header.sequenceNumber, header.sequence);
  assert.equal(other.header.timestamp, header.timestamp);
  assert.equal(other.header.ssrc, header.ssrc);
  assert.equal(other.header.payloadType, header.payloadType);
  assert.equal(other.header.marker, true);
  assert.deepEqual([...other.payload], [1, 2, 3]);
});

test('extensions, contributing sources and padding are stepped over', () => {
  const header = new RtpHeader({
    payloadType: 100,
    sequenceNumber: 7,
    timestamp: 9,
    ssrc: 5,
    csrc: [1, 2],
    extension: true,
    extensionProfile: 0xbede,
    extensions: [{ id: 1, payload: Buffer.from([42]) }],
  });
  const plain = new RtpPacket(header, Buffer.from([9, 8, 7])).serialize();
  const padded = Buffer.concat([plain, Buffer.from([0, 0, 3])]);
  padded[0]! |= 0x20;

  assert.deepEqual([...parseRtp(plain)!.payload], [9, 8, 7]);
  assert.deepEqual([...parseRtp(padded)!.payload], [9, 8, 7]);
});

test('truncated headers, wrong versions and impossible padding are refused', () => {
  const good = Uint8Array.of(0x80, 111, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3);
  const refused: Record<string, number[]> = {
    short: [...good.subarray(0, 11)],
    version: [0x40, ...good.subarray(1)],
    sources: [0x81, ...good.subarray(1)],
    'extension header': [0x90, ...good.subarray(1), 0xbe, 0xde, 0],
    'extension body': [0x90, ...good.subarray(1), 0xbe, 0xde, 0, 2, 1, 2, 3, 4],
    'no padding': [0xa0, ...good.subarray(1), 7, 0],
    'padding over the header': [0xa0, ...good.subarray(1), 7, 3],
  };

  assert.equal(parseRtp(good)?.payload.length, 0);
  for (const [why, bytes] of Object.entries(refused)) {
    assert.equal(parseRtp(Uint8Array.from(bytes)), undefined, why);
  }
});

test('garbage never throws, and payloads stay inside their packet', () => {
  const random = seededRandom(21);
  let parsed = 0;
  for (let round = 0; round < 20_000; round++) {
    const bytes = random.bytes(random.int(0, 100));
    if (bytes.length > 0 && random.next() < 0.7) bytes[0] = 0x80 | (bytes[0]! & 0x33);
    const packet = parseRtp(bytes);
    assert.equal(typeof hasKeyframeRequest(bytes), 'boolean');
    if (packet === undefined) continue;
    parsed++;
    assert.ok(packet.payload.byteOffset >= bytes.byteOffset + RTP_HEADER_BYTES);
    assert.ok(packet.payload.length <= bytes.length - RTP_HEADER_BYTES);
  }
  assert.ok(parsed > 1000);
});

test('counters run on through any number of wraps, forward and back', () => {
  const random = seededRandom(22);
  for (const bits of [16, 32] as const) {
    const unwrapper = new Unwrapper(bits);
    let value = 2 ** bits - 10;
    assert.equal(unwrapper.unwrap(value), value);
    for (let i = 0; i < 5000; i++) {
      value += random.int(-(2 ** (bits - 2)), 2 ** (bits - 1) - 1);
      const wrapped = ((value % 2 ** bits) + 2 ** bits) % 2 ** bits;
      assert.equal(unwrapper.unwrap(wrapped), value);
    }
    unwrapper.reset();
    assert.equal(unwrapper.unwrap(3), 3);
  }
  assert.equal(wrappedDistance(65535, 0, 16), 1);
  assert.equal(wrappedDistance(0, 2 ** 32 - 1, 32), -1);
});

test('sender reports of two streams and their CNAME are read by another implementation', () => {
  const reports = [
    { ssrc: 0xf0000001, rtpTimestamp: 0xfffffff0, packets: 12, payloadBytes: 3456 },
    { ssrc: 2, rtpTimestamp: 48_000, packets: 50, payloadBytes: 4000 },
  ];
  const unixUs = 1_700_000_000_250_000;
  for (const cname of ['a', 'ab', 'abc', 'abcd', 'posecast-0123456789']) {
    const target = new Uint8Array(200).fill(0xee);

    const size = writeSenderReports(target, reports, { unixUs, cname });

    assert.equal(size, senderReportsBytes(2, cname));
    assert.equal(size % 4, 0);
    assert.equal(target[size], 0xee);
    const packets = RtcpPacketConverter.deSerialize(Buffer.from(target.subarray(0, size)));
    assert.equal(packets.length, 3);
    for (const [i, report] of reports.entries()) {
      const sender = packets[i];
      assert.ok(sender instanceof RtcpSrPacket);
      assert.equal(sender.ssrc, report.ssrc);
      assert.equal(sender.senderInfo.rtpTimestamp, report.rtpTimestamp);
      assert.equal(sender.senderInfo.packetCount, report.packets);
      assert.equal(sender.senderInfo.octetCount, report.payloadBytes);
      const ntp = sender.senderInfo.ntpTimestamp;
      assert.equal(ntp >> 32n, 1_700_000_000n + 2_208_988_800n);
      assert.equal(ntp & 0xffffffffn, 2n ** 30n);
    }
    const description = packets[2];
    assert.ok(description instanceof RtcpSourceDescriptionPacket);
    assert.deepEqual(
      description.chunks.map(({ source, items }) => [source, items[0]?.text]),
      reports.map(({ ssrc }) => [ssrc, cname]),
    );
  }
});

const MEDIA_SSRC = 2;

test('a key-frame request is found anywhere in a compound packet', () => {
  const receiver = new RtcpRrPacket({ ssrc: 1, reports: [] }).serialize();
  const pli = new RtcpPayloadSpecificFeedback({
    feedback: new PictureLossIndication({ senderSsrc: 1, mediaSsrc: MEDIA_SSRC }),
  }).serialize();
  const fir = Buffer.from([0x84, 206, 0, 4, ...new Uint8Array(11), MEDIA_SSRC, ...[1, 0, 0, 0]]);
  const nack = Buffer.from([0x81, 205, 0, 3, ...new Uint8Array(12)]);
  const bitrate = Buffer.from([0x8f, 206, 0, 4, ...new Uint8Array(16)]);

  for (const request of [pli, fir]) {
    assert.ok(hasKeyframeRequest(request));
    assert.ok(hasKeyframeRequest(Buffer.concat([receiver, nack, request])));
    assert.ok(!hasKeyframeRequest(request.subarray(0, request.length - 1)));
    assert.ok(hasKeyframeRequest(request, MEDIA_SSRC));
    assert.ok(!hasKeyframeRequest(request, MEDIA_SSRC + 1), 'of another stream');
  }
  assert.ok(!hasKeyframeRequest(Buffer.concat([receiver, nack, bitrate])));
});
