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
const WARM_UP_MS = 2000;

export type ViewersBench = {
  readonly viewers: number;
  readonly viewersPerCore: number;
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
    const [video, audio, music, overlay] = [1, 2, 3, 4].map((ssrc) => ({
      ssrc,
      payloadType: ssrc % 3 === 1 ? 102 : 111,
    })) as [Stream, Stream, Stream, Stream];
    const direct = await openDirect(router, {
      ...{ cname: 'bench', video, audio, music, overlay },
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
      const { rtpCapabilities } = router;
      await transport.consume({ producerId: direct.video.id, rtpCapabilities });
      await transport.consume({ producerId: direct.audio.id, rtpCapabilities });
    }
    const workerCores = await measure();
    const viewersPerCore = VIEWERS / Math.max(0.001, workerCores - workerCoresAlone);
    return { viewers: VIEWERS, viewersPerCore, workerCores, workerCoresAlone };
  } finally {
    clearInterval(sending);
    sink.close();
    await closeMediaWorker(worker);
  }
}

type Stream = { readonly ssrc: number; readonly payloadType: number };
type Send = (packet: Buffer) => void;

/** Frames as a paced encoder gives them: packets of full size, a key frame's unit type in the first. */
function send(sendVideo: Send, sendAudio: Send): NodeJS.Timeout {
  const packets = Math.round(PICTURE_BPS / 8 / FPS / PACKET_BYTES);
  const counters = { video: 0, audio: 0, tick: 0 };
  const began = performance.now();
  const packet = Buffer.alloc(RTP_HEADER_BYTES + PACKET_BYTES, 0x65);
  const frame = (): void => {
    for (let i = 0; i < packets; i += 1) {
      writeRtpHeader(packet, {
        ...{ payloadType: 102, ssrc: 1, marker: i === packets - 1 },
        sequence: counters.video++ & 0xffff,
        timestamp: (counters.tick * 3600) >>> 0,
      });
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

async function cpuSeconds(pid: number): Promise<number> {
  const stat = parseStat(await readFile(`/proc/${pid}/stat`, 'utf8'));
  return (stat?.ticks ?? 0) / TICKS_PER_SECOND;
}
