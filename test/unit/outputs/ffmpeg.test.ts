import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../../server/core/errors.ts';
import { encoderCommand, h264Level, muxCommand } from '../../../server/outputs/encoder-command.ts';
import { opusFromFileCommand } from '../../../server/outputs/ingest-command.ts';

const SIZE = { width: 512, height: 512, fps: 25, bitrateKbps: 1500 } as const;

test('the software encoder: Matroska in, FLV out, key frames off the 40 ms grid', () => {
  assert.equal(
    encoderCommand({ ...SIZE, encoder: 'libx264' }).join(' '),
    '-hide_banner -nostdin -nostats -loglevel warning -copyts ' +
      '-probesize 32 -analyzeduration 0 -fpsprobesize 0 -protocol_whitelist pipe -f matroska ' +
      '-i pipe:0 -an -c:v libx264 -preset superfast -tune zerolatency -threads 2 ' +
      '-sc_threshold 0 -bf 0 -profile:v baseline -level 3.1 -pix_fmt yuv420p ' +
      '-color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv ' +
      '-b:v 1500k -maxrate 1500k -bufsize 750k -g 25 -keyint_min 25 -forced-idr 1 ' +
      '-fps_mode passthrough -enc_time_base 1/10000 ' +
      '-force_key_frames expr:gt(mod(round(t*10000),400),0) ' +
      '-f flv -flvflags no_duration_filesize -flush_packets 1 pipe:1',
  );
});

test('the hardware encoder holds no frame back', () => {
  const args = encoderCommand({ ...SIZE, encoder: 'h264_nvenc' }).join(' ');

  assert.match(args, /-c:v h264_nvenc -preset p3 -tune ull -zerolatency 1 -delay 0 -rc cbr/);
  assert.doesNotMatch(args, /zerolatency -threads|-sc_threshold/);
});

test('a level is chosen that the picture fits', () => {
  assert.equal(h264Level({ width: 1280, height: 720, fps: 30 }), '3.1');
  assert.equal(h264Level({ width: 1280, height: 720, fps: 60 }), '4.0');
  assert.equal(h264Level({ width: 1920, height: 1080, fps: 30 }), '4.0');
  assert.equal(h264Level({ width: 3840, height: 2160, fps: 30 }), '5.1');
});

test('the muxer copies the picture and encodes the sound', () => {
  const url = 'rtmp://127.0.0.1:1935/live/key';
  const args = muxCommand({ target: { kind: 'rtmp', url }, audioBitrateKbps: 128 });

  assert.equal(
    args.join(' '),
    '-hide_banner -nostdin -nostats -loglevel warning ' +
      '-probesize 32 -analyzeduration 0 -fpsprobesize 0 -protocol_whitelist pipe -f matroska ' +
      '-i pipe:0 -map 0:v:0 -map 0:a:0 -c:v copy -c:a aac -b:a 128k ' +
      '-max_interleave_delta 500000 -f flv -flush_packets 1 ' +
      `-rw_timeout 5000000 -flvflags no_duration_filesize ${url}`,
  );
});

test('a file name is one argument and never an option or another protocol', () => {
  for (const path of ['/tmp/a b.flv', '-y', 'concat:a|b']) {
    const args = muxCommand({ target: { kind: 'file', path }, audioBitrateKbps: 128 });
    assert.deepEqual(args.slice(-2), ['-y', `file:${path}`]);
  }
});

test('targets that are no RTMP URL, or could carry options, are refused', () => {
  for (const url of ['http://h/a', '-i', 'rtmp://h/a swfUrl=x', 'rtmp://h/a\nb', 'rtmp://']) {
    assert.throws(
      () => muxCommand({ target: { kind: 'rtmp', url }, audioBitrateKbps: 128 }),
      (thrown) => thrown instanceof AppError && thrown.code === 'bad_request',
      url,
    );
  }
});

test('a sound file is sent in real time as Opus to loopback', () => {
  const options = { rtpPort: 5004, rtcpPort: 5005, payloadType: 111, ssrc: 7 };
  const args = opusFromFileCommand({ ...options, path: '/tmp/my voice.wav', seconds: 3.5 });

  assert.ok(args.includes('file:/tmp/my voice.wav'));
  assert.equal(
    args.join(' '),
    '-hide_banner -nostdin -nostats -loglevel warning -protocol_whitelist file,pipe ' +
      '-format_whitelist ' +
      'wav,w64,aiff,flac,mp3,aac,ogg,mov,mp4,matroska,webm,flv,avi,mpeg,mpegts ' +
      '-i file:/tmp/my voice.wav -t 3.5 -map 0:a:0 -ac 1 -ar 48000 ' +
      '-af aresample=48000,asetnsamples=n=960:p=1,arealtime ' +
      '-c:a libopus -b:a 64k -application lowdelay -frame_duration 20 ' +
      '-payload_type 111 -ssrc 7 -f rtp rtp://127.0.0.1:5004?rtcpport=5005&pkt_size=1200',
  );
  assert.ok(!opusFromFileCommand({ ...options, path: 'a.wav' }).includes('-t'));
});
