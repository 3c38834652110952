import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isPrivate,
  maskKey,
  parseRtmpAddress,
  resolveAddress,
  shownAddress,
} from '../../../../server/outputs/push/rtmp-address.ts';

test('addresses as services give them', () => {
  const twitch = parseRtmpAddress('rtmp://live.twitch.tv/app', 'live_1_abc');
  assert.deepEqual(twitch, {
    ...{ secure: false, host: 'live.twitch.tv', port: 1935 },
    ...{ app: 'app', key: 'live_1_abc' },
  });
  const youtube = parseRtmpAddress('rtmps://a.rtmps.youtube.com/live2', 'ab12-cd34');
  assert.equal(youtube.port, 443);
  assert.equal(youtube.secure, true);
  const bilibili = parseRtmpAddress(
    'rtmp://live-push.bilivideo.com/live-bvc/',
    '?streamname=live_1_2&key=abc&schedule=rtmp',
  );
  assert.equal(bilibili.app, 'live-bvc');
  assert.equal(bilibili.key, '?streamname=live_1_2&key=abc&schedule=rtmp');
  const whole = parseRtmpAddress('rtmp://127.0.0.1:19350/a/b/secret?x=1', '');
  assert.deepEqual([whole.port, whole.app, whole.key], [19_350, 'a/b', 'secret?x=1']);
  assert.equal(parseRtmpAddress('rtmp://[::1]:1936/live', 'k').host, '::1');
});

test('what is no address is refused without telling the key', () => {
  const wrong = [
    ['http://live.twitch.tv/app', 'k'],
    ['rtmp://live.twitch.tv/app', ''],
    ['rtmp://live.twitch.tv/', 'k'],
    ['rtmp://user:word@host/app', 'k'],
    ['rtmp://host/app live=1', 'k'],
    ['rtmp://host/app', 'sec ret'],
    ['rtmp://host/app', 'sec|ret'],
    ['not an address', 'k'],
    ['file:///etc/passwd', 'k'],
  ] as const;
  for (const [url, key] of wrong) {
    assert.throws(
      () => parseRtmpAddress(url, key),
      (error: Error) =>
        'code' in error && error.code === 'bad_request' && !error.message.includes('sec'),
      url,
    );
  }
});

test('the shown form has no key', () => {
  const address = parseRtmpAddress('rtmps://a.example/live2', 'abcd-efgh-ijkl');
  assert.equal(shownAddress(address), 'rtmps://a.example/live2');
  assert.equal(shownAddress({ ...address, host: '::1', port: 1 }), 'rtmps://[::1]:1/live2');
  assert.equal(maskKey('abcd-efgh-ijkl'), '••••jkl');
  assert.equal(maskKey('short'), '••••');
});

test('private networks are told from the rest', async () => {
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '::1',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '0.0.0.0',
  ]) {
    assert.equal(isPrivate(address), true, address);
  }
  for (const address of ['1.1.1.1', '172.32.0.1', '2606:4700::1', '::ffff:8.8.8.8']) {
    assert.equal(isPrivate(address), false, address);
  }
  await assert.rejects(
    resolveAddress({ host: '127.0.0.1' }, { allowPrivate: false }),
    (error: Error) => 'code' in error && error.code === 'forbidden',
  );
  assert.equal(await resolveAddress({ host: '127.0.0.1' }, { allowPrivate: true }), '127.0.0.1');
});
