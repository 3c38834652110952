/**
 * What a WebRTC viewer costs mediasoup's worker: a picture of 1.5 Mb/s and a voice, sent encrypted
 * (SRTP, as browsers have it) to a UDP port of this machine, once for each viewer. Viewers are plain
 * transports: without a browser's feedback, ICE and DTLS, which cost next to nothing once connected.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Logger } from '../core/log.ts';
import { parseStat, TICKS_PER_SECOND } from '../core/usage.ts';
import { openDirect } from '../rtc/direct.ts';
import { closeMediaWorker, routerCodecs, startMediaWorker } from '../rtc/mediasoup.ts';
import { RTP_HEADER_BYTES, writeRtpHeader } from '../speech/rtp.ts';
import { freePort } from './free-port.ts';
import { sleep } from './sleep.ts';

const VIEWERS = 100;
const PICTURE_BPS = 1_500_000;
const PACKET_BYTES = 1200;
const FPS = 25;
const VOICE_BYTES = 160;
/** Types of H.264's NAL units. */
const [SPS, SLICE] = [0x67, 0x61];
const WARM_UP_MS = 2000;

export type ViewersBench = {
  readonly viewers: number;
  readonly viewersPerCore: number;
  /** What one of them was really sent, picture and voice. */
  readonly viewerKbps: number;
  /** Cores of the worker with all of them, and with none: the same packets come in. */
  readonly workerCores: number;
  readonly workerCoresAlone: number;
};

export async function benchViewers(options: {
  readonly seconds: number;
  readonly log: Logger;
  readonly signal: AbortSignal;
}): Promise<ViewersBench> {
  const { seconds, log, signal } = options;
  const address = { host: '127.0.0.1', port: await freePort(), announcedAddress: undefined };
  const { worker } = await startMediaWorker(address, log);
  const sink = createSocket('udp4').bind(0, '127.0.0.1');
  await once(sink, 'listening');
  let sending: NodeJS.Timeout | undefined;
  try {
    const router = await worker.createRouter({ mediaCodecs: routerCodecs({}) });
    const [video, audio, music, overlay, mix] = [1, 2, 3, 4, 5].map((ssrc) => ({
      ssrc,
      payloadType: ssrc % 3 === 1 ? 102 : 111,
    })) as [Stream, Stream, Stream, Stream, Stream];
    const direct = await openDirect(router, {
      ...{ cname: 'bench', video, audio, music, overlay, mix },
      events: { onKeyframeRequest: () => undefined, onOverlayKeyframeRequest: () => undefined },
    });
    sending = send(
      (packet) => direct.video.send(packet),
      (packet) => direct.audio.send(packet),
    );
    const measure = async (): Promise<number> => {
      await sleep(WARM_UP_MS, signal);
      const before = await cpuSeconds(worker.pid);
      await sleep(seconds * 1000, signal);
      return ((await cpuSeconds(worker.pid)) - before) / seconds;
    };
    const workerCoresAlone = await measure();
    let last: Transport | undefined;
    for (let i = 0; i < VIEWERS; i += 1) {
      const transport = await router.createPlainTransport({
        listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
        enableSrtp: true,
      });
      await transport.connect({
        ...{ ip: '127.0.0.1', port: sink.address().port },
        srtpParameters: {
          cryptoSuite: 'AES_CM_128_HMAC_SHA1_80',
          keyBase64: randomBytes(30).toString('base64'),
        },
      });
      last = transport;
      const { rtpCapabilities } = router;
      await transport.consume({ producerId: direct.video.id, rtpCapabilities });
      await transport.consume({ producerId: direct.audio.id, rtpCapabilities });
    }
    const sentBefore = await bytesSent(last!);
    const workerCores = await measure();
    const viewerKbps =
      ((await bytesSent(last!)) - sentBefore) / 125 / (seconds + WARM_UP_MS / 1000);
    const viewersPerCore = VIEWERS / Math.max(0.001, workerCores - workerCoresAlone);
    return { viewers: VIEWERS, viewersPerCore, viewerKbps, workerCores, workerCoresAlone };
  } finally {
    clearInterval(sending);
    sink.close();
    await closeMediaWorker(worker);
  }
}

type Stream = { readonly ssrc: number; readonly payloadType: number };
type Send = (packet: Buffer) => void;

/** Frames as a paced encoder gives them, packets of full size. */
function send(sendVideo: Send, sendAudio: Send): NodeJS.Timeout {
  const packets = Math.round(PICTURE_BPS / 8 / FPS / PACKET_BYTES);
  const counters = { video: 0, audio: 0, tick: 0 };
  const began = performance.now();
  const packet = Buffer.alloc(RTP_HEADER_BYTES + PACKET_BYTES, SLICE);
  const frame = (): void => {
    for (let i = 0; i < packets; i += 1) {
      writeRtpHeader(packet, {
        ...{ payloadType: 102, ssrc: 1, marker: i === packets - 1 },
        sequence: counters.video++ & 0xffff,
        timestamp: (counters.tick * 3600) >>> 0,
      });
      // A consumer begins with a parameter set, which mediasoup takes for a key frame.
      packet[RTP_HEADER_BYTES] = i === 0 && counters.tick % FPS === 0 ? SPS : SLICE;
      sendVideo(Buffer.from(packet));
    }
    for (let i = 0; i < 2; i += 1) {
      writeRtpHeader(packet, {
        ...{ payloadType: 111, ssrc: 2, marker: false },
        sequence: counters.audio & 0xffff,
        timestamp: (counters.audio++ * 960) >>> 0,
      });
      sendAudio(Buffer.from(packet.subarray(0, RTP_HEADER_BYTES + VOICE_BYTES)));
    }
    counters.tick += 1;
  };
  return setInterval(() => {
    while ((performance.now() - began) * FPS > counters.tick * 1000) frame();
  }, 5);
}

type Transport = { getStats(): Promise<readonly { readonly bytesSent: number }[]> };

async function bytesSent(transport: Transport): Promise<number> {
  const [stats] = await transport.getStats();
  return stats?.bytesSent ?? 0;
}

async function cpuSeconds(pid: number): Promise<number> {
  const stat = parseStat(await readFile(`/proc/${pid}/stat`, 'utf8'));
  return (stat?.ticks ?? 0) / TICKS_PER_SECOND;
}
