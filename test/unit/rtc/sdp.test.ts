import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '../../../server/core/errors.ts';
import {
  writeAnswer,
  type AnsweredSection,
  type AnswerTransport,
} from '../../../server/rtc/sdp/answer.ts';
import { parseFragment, writeFragment } from '../../../server/rtc/sdp/fragment.ts';
import {
  matchSection,
  receiveCapabilities,
  sendParameters,
} from '../../../server/rtc/sdp/match.ts';
import { parseOffer } from '../../../server/rtc/sdp/offer.ts';
import { OBS_OFFER, VIEWER_OFFER } from '../../support/offers.ts';
import { seeded } from '../../support/random.ts';

const CAPABILITIES = {
  codecs: [],
  headerExtensions: [
    { kind: 'audio', uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', preferredId: 1 },
    { kind: 'audio', uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', preferredId: 10 },
  ],
} as unknown as Parameters<typeof sendParameters>[2];

const TRANSPORT: AnswerTransport = {
  ice: { usernameFragment: 'ours', password: 'secret', iceLite: true },
  candidates: [
    {
      foundation: 'udpcandidate',
      priority: 1,
      address: '192.0.2.1',
      ip: '192.0.2.1',
      protocol: 'udp',
      port: 40_000,
      type: 'host',
    },
  ],
  dtls: {
    role: 'auto',
    fingerprints: [
      { algorithm: 'sha-1', value: 'AA:BB' },
      { algorithm: 'sha-256', value: 'CC:DD' },
    ],
  },
};

const refused = (words: RegExp) => (error: unknown) =>
  error instanceof AppError && error.code === 'bad_request' && words.test(error.message);

describe('reading an offer', () => {
  test('what a sender sends is found with its numbers', () => {
    const { sections, ice, setup, fingerprint } = parseOffer(OBS_OFFER);
    assert.deepEqual(ice, { ufrag: 'kXr4', pwd: '8LwP1aZrTnQ0cV5mYb7eJd2G' });
    assert.equal(setup, 'actpass');
    assert.equal(fingerprint.algorithm, 'sha-256');
    const [audio, video] = sections;
    assert.deepEqual(
      [audio!.kind, audio!.direction, audio!.mid, audio!.cname, audio!.ssrcs],
      ['audio', 'sendonly', '0', 'b7d8f2', [1_398_412]],
    );
    assert.deepEqual(video!.codecs[0]!.feedback, ['nack', 'nack pli', 'goog-remb']);
  });

  test('what can be no offer is refused in a sentence', () => {
    const without = (line: RegExp): string =>
      OBS_OFFER.split('\r\n')
        .filter((each) => !line.test(each))
        .join('\r\n');
    assert.throws(() => parseOffer('hello'), refused(/does not begin with "v=0"/));
    assert.throws(() => parseOffer('v=0\r\n'), refused(/offers no media/));
    assert.throws(
      () => parseOffer(`v=0\nwhat is this\n`),
      refused(/"what is this" is no SDP line/),
    );
    assert.throws(() => parseOffer(without(/ice-pwd/)), refused(/no ICE credentials/));
    assert.throws(() => parseOffer(without(/fingerprint/)), refused(/no DTLS fingerprint/));
    assert.throws(() => parseOffer(without(/BUNDLE/)), refused(/"0" is not in it/));
    assert.throws(
      () => parseOffer(OBS_OFFER.replace('setup:actpass', 'setup:holdconn')),
      refused(/holdconn is none of actpass, active, passive/),
    );
    assert.throws(
      () => parseOffer(`v=0\n${'m=audio 9 X 0\n'.repeat(17)}`),
      refused(/more than 16/),
    );
    assert.throws(
      () => parseOffer(`v=0\n${'a=x\n'.repeat(5000)}`),
      refused(/more than 4000 lines/),
    );
  });

  test('damage of any kind ends in an answer or in a refusal', () => {
    const random = seeded(7);
    for (let round = 0; round < 2000; round += 1) {
      const lines = (random() < 0.5 ? OBS_OFFER : VIEWER_OFFER).split('\r\n');
      for (let i = 0; i < 1 + Math.floor(random() * 4); i += 1) {
        const at = Math.floor(random() * lines.length);
        const line = lines[at]!;
        const cut = Math.floor(random() * (line.length + 1));
        const noise = String.fromCharCode(Math.floor(random() * 65_536));
        const damaged = [line.slice(0, cut), line.slice(0, cut) + noise + line.slice(cut), noise];
        lines[at] = damaged[Math.floor(random() * 3)]!;
      }
      try {
        for (const section of parseOffer(lines.join('\r\n')).sections) {
          const match = matchSection(section);
          if (match) sendParameters(section, match, CAPABILITIES);
        }
      } catch (error) {
        assert.ok(error instanceof AppError && error.code === 'bad_request', String(error));
      }
    }
  });
});

describe('matching', () => {
  test('a viewer is sent H.264 under its own number, in the mode it can read', () => {
    const [audio, video] = parseOffer(VIEWER_OFFER).sections.map(matchSection);
    assert.equal(audio!.codec.payloadType, 109);
    assert.equal(video!.codec.payloadType, 126, 'mode 0 (97) and VP8 (120) are no match');
    const [codec] = receiveCapabilities(video!).codecs!;
    assert.equal(codec!.preferredPayloadType, 126);
    assert.deepEqual(codec!.rtcpFeedback, [
      { type: 'nack' },
      { type: 'nack', parameter: 'pli' },
      { type: 'ccm', parameter: 'fir' },
      { type: 'transport-cc' },
    ]);
  });

  test('what we do not speak is no match', () => {
    const offer = (from: string, to: string): string => VIEWER_OFFER.replaceAll(from, to);
    const [mono] = parseOffer(offer('opus/48000/2', 'opus/48000')).sections;
    assert.equal(matchSection(mono!), undefined);
    const [, hevc] = parseOffer(offer('H264/90000', 'H265/90000')).sections;
    assert.equal(matchSection(hevc!), undefined);
  });

  test('of profiles, constrained baseline is preferred, and any that reads it is taken', () => {
    const other = (profile: string): string => VIEWER_OFFER.replaceAll('42e01f', profile);
    for (const profile of ['42001f', '4d0032', '640C1F']) {
      const [, video] = parseOffer(other(profile)).sections.map(matchSection);
      assert.equal(video?.codec.payloadType, 126, profile);
    }
  });

  test('a sender with retransmission, extensions and a name keeps them', () => {
    const offer = OBS_OFFER.replace('SAVPF 96', 'SAVPF 96 97')
      .replace('a=rtpmap:96', 'a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=rtpmap:96')
      .replace('a=ssrc:1398413', 'a=ssrc-group:FID 1398413 1398414\r\na=ssrc:1398413')
      .replace('a=mid:0', 'a=mid:0\r\na=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid');
    const [audio, video] = parseOffer(offer).sections;
    const sound = sendParameters(audio!, matchSection(audio!)!, CAPABILITIES);
    assert.equal(sound.mid, '0');
    assert.deepEqual(sound.headerExtensions, [
      { id: 3, uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', encrypt: false, parameters: {} },
    ]);
    const picture = sendParameters(video!, matchSection(video!)!, CAPABILITIES);
    assert.deepEqual(picture.encodings, [{ ssrc: 1_398_413, rtx: { ssrc: 1_398_414 } }]);
    assert.deepEqual(
      picture.codecs.map(({ mimeType, payloadType }) => [mimeType, payloadType]),
      [
        ['video/H264', 96],
        ['video/rtx', 97],
      ],
    );
  });
});

describe('writing an answer', () => {
  const answer = (sdp: string, kinds: readonly string[]): string => {
    const offer = parseOffer(sdp);
    const sections = new Map<number, AnsweredSection>();
    offer.sections.forEach((section, index) => {
      const match = matchSection(section);
      if (!match || !kinds.includes(section.kind)) return;
      sections.set(index, { match, extensions: [], direction: 'recvonly' });
    });
    return writeAnswer({ offer, sections, transport: TRANSPORT, sessionNumber: 1 });
  };

  test('every section has its place; a refused one port 0', () => {
    const lines = answer(OBS_OFFER, ['audio']).split('\r\n');
    assert.deepEqual(
      lines.filter((line) => line.startsWith('m=')),
      ['m=audio 9 UDP/TLS/RTP/SAVPF 111', 'm=video 0 UDP/TLS/RTP/SAVPF 96'],
    );
    assert.ok(lines.includes('a=group:BUNDLE 0'), 'only what is accepted is in the bundle');
    assert.ok(lines.includes('a=ice-lite') && lines.includes('a=rtcp-mux'));
    assert.ok(lines.includes('a=setup:passive'));
    assert.ok(lines.includes('a=fingerprint:sha-256 CC:DD') && !lines.join().includes('sha-1 '));
    assert.ok(lines.includes('a=candidate:udpcandidate 1 udp 1 192.0.2.1 40000 typ host'));
    assert.equal(lines.at(-1), '', 'it ends with a line end');
  });

  test('who insists on waiting for DTLS is called', () => {
    assert.match(answer(OBS_OFFER.replace('actpass', 'passive'), ['audio']), /a=setup:active/);
    assert.match(answer(OBS_OFFER.replace('actpass', 'active'), ['audio']), /a=setup:passive/);
  });

  test('our own answer can be read back', () => {
    const read = parseOffer(answer(VIEWER_OFFER, ['audio', 'video']));
    assert.deepEqual(
      read.sections.map(({ codecs }) => codecs.map(({ payloadType }) => payloadType)),
      [[109], [126]],
    );
  });
});

describe('fragments', () => {
  test('candidates are counted, credentials read', () => {
    const { ice, candidates } = parseFragment(
      'a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n' +
        'a=mid:0\r\na=candidate:1 1 udp 2 192.0.2.1 61764 typ host\r\na=end-of-candidates\r\n',
    );
    assert.deepEqual([ice?.ufrag, candidates], ['EsAw', 1]);
    assert.throws(() => parseFragment(''), refused(/it is empty/));
    assert.throws(() => parseFragment('{"candidate": 1}'), refused(/has no place in it/));
    assert.throws(() => parseFragment('a=ice-ufrag:x'), refused(/both/));
  });

  test('ours can be read back', () => {
    const ours = parseFragment(writeFragment(TRANSPORT.ice, TRANSPORT.candidates));
    assert.deepEqual(ours, { ice: { ufrag: 'ours', pwd: 'secret' }, candidates: 1 });
  });
});
