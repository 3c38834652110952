import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { nowUs } from '../../../server/core/time.ts';
import { SenderReports } from '../../../server/rtc/sender-reports.ts';

function senderReports(): { reports: SenderReports; sent: () => number } {
  let sent = 0;
  const offsetUs = nowUs();
  const reports = new SenderReports({
    cname: 'posecast-test',
    streams: {
      video: { ssrc: 1, rtpBase: 10, rateHz: 90_000 },
      audio: { ssrc: 2, rtpBase: 20, rateHz: 48_000 },
      music: { ssrc: 3, rtpBase: 30, rateHz: 48_000 },
      mix: { ssrc: 5, rtpBase: 50, rateHz: 48_000 },
      overlay: { ssrc: 4, rtpBase: 40, rateHz: 90_000 },
    },
    unixOffsetUs: 0,
    offsetUs: () => offsetUs,
    send: () => (sent += 1),
  });
  return { reports, sent: () => sent };
}

test('the first packet of a stream starts the reports, and closing ends them', async () => {
  const { reports, sent } = senderReports();
  reports.sent('video', 100);
  await setTimeout(300);
  reports.close();
  const before = sent();
  assert.ok(before >= 1);
  await setTimeout(300);
  assert.equal(sent(), before);
});

test('a first packet that comes after the end starts nothing', async () => {
  const { reports, sent } = senderReports();
  reports.close();
  reports.sent('video', 100);
  reports.restart();
  await setTimeout(300);
  assert.equal(sent(), 0);
});
