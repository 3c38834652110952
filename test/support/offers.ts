/** SDP offers as clients write them. */

const FINGERPRINT = Array.from({ length: 32 }, (_, i) => (i * 7 + 16).toString(16).padStart(2, '0'))
  .join(':')
  .toUpperCase();

const ICE = [
  'a=ice-ufrag:kXr4',
  'a=ice-pwd:8LwP1aZrTnQ0cV5mYb7eJd2G',
  `a=fingerprint:sha-256 ${FINGERPRINT}`,
];

const text = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n`;

/** As OBS 30 and newer (libdatachannel) publish. */
export const OBS_OFFER = text([
  'v=0',
  'o=rtc 2890844526 0 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0 1',
  'a=group:LS 0 1',
  'a=msid-semantic:WMS *',
  'a=setup:actpass',
  'a=ice-options:ice2,trickle',
  ...ICE,
  'm=audio 43000 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 192.168.1.20',
  'a=mid:0',
  'a=sendonly',
  'a=ssrc:1398412 cname:b7d8f2',
  'a=ssrc:1398412 msid:obs obs-audio',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10;maxaveragebitrate=96000;stereo=1;sprop-stereo=1;useinbandfec=1',
  'a=candidate:1 1 UDP 2122317823 192.168.1.20 43000 typ host',
  'a=end-of-candidates',
  'm=video 43000 UDP/TLS/RTP/SAVPF 96',
  'c=IN IP4 192.168.1.20',
  'a=mid:1',
  'a=sendonly',
  'a=ssrc:1398413 cname:b7d8f2',
  'a=rtcp-mux',
  'a=rtpmap:96 H264/90000',
  'a=rtcp-fb:96 nack',
  'a=rtcp-fb:96 nack pli',
  'a=rtcp-fb:96 goog-remb',
  'a=fmtp:96 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1',
]);

/** As a browser asks to watch: its own numbers, the codec we speak among others. */
export const VIEWER_OFFER = text([
  'v=0',
  'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0 1',
  'm=audio 9 UDP/TLS/RTP/SAVPF 109 9 0',
  'c=IN IP4 0.0.0.0',
  ...ICE,
  'a=setup:actpass',
  'a=mid:0',
  'a=recvonly',
  'a=rtcp-mux',
  'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'a=rtpmap:109 opus/48000/2',
  'a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1',
  'a=rtpmap:9 G722/8000',
  'm=video 9 UDP/TLS/RTP/SAVPF 120 124 126 127 97 98',
  'c=IN IP4 0.0.0.0',
  ...ICE,
  'a=setup:actpass',
  'a=mid:1',
  'a=recvonly',
  'a=rtcp-mux',
  'a=rtpmap:120 VP8/90000',
  'a=rtpmap:124 rtx/90000',
  'a=fmtp:124 apt=120',
  'a=rtpmap:126 H264/90000',
  'a=fmtp:126 profile-level-id=42e01f;level-asymmetry-allowed=1;packetization-mode=1',
  'a=rtcp-fb:126 nack',
  'a=rtcp-fb:126 nack pli',
  'a=rtcp-fb:126 ccm fir',
  'a=rtcp-fb:126 transport-cc',
  'a=rtpmap:127 rtx/90000',
  'a=fmtp:127 apt=126',
  'a=rtpmap:97 H264/90000',
  'a=fmtp:97 profile-level-id=42e01f;level-asymmetry-allowed=1',
]);
