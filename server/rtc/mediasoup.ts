/**
 * The one door to mediasoup: starts its worker process with the one WebRTC port. Everything else
 * in this folder uses mediasoup's types only.
 */
import { createWorker } from 'mediasoup';
import type { types } from 'mediasoup';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';

export type RtcAddress = {
  /** Address to bind, e.g. 127.0.0.1 or 0.0.0.0. */
  readonly host: string;
  readonly port: number;
  /** Address that clients are told, behind NAT. */
  readonly announcedAddress: string | undefined;
};

export type MediaWorker = {
  readonly worker: types.Worker;
  readonly webRtcServer: types.WebRtcServer;
};

/**
 * What every room's router speaks, under our payload types or a viewer's. RFC 7742 asks every
 * browser for constrained baseline 3.1.
 */
export function routerCodecs(payloadTypes: {
  readonly audio?: number;
  readonly video?: number;
}): types.RouterRtpCodecCapability[] {
  const audio = payloadTypes.audio ?? (payloadTypes.video === 111 ? 112 : 111);
  const video = payloadTypes.video ?? (audio === 102 ? 103 : 102);
  return [
    {
      kind: 'audio',
      mimeType: 'audio/opus',
      clockRate: 48_000,
      channels: 2,
      preferredPayloadType: audio,
      parameters: { useinbandfec: 1 },
    },
    {
      kind: 'video',
      mimeType: 'video/H264',
      clockRate: 90_000,
      preferredPayloadType: video,
      parameters: {
        'packetization-mode': 1,
        'profile-level-id': '42e01f',
        'level-asymmetry-allowed': 1,
      },
    },
  ];
}

/** Starts a worker and its port. Throws `port_taken` or `missing_dependency`. */
export async function startMediaWorker(address: RtcAddress, log: Logger): Promise<MediaWorker> {
  const worker = await spawnWorker(log);
  try {
    const webRtcServer = await worker.createWebRtcServer({
      listenInfos: (['udp', 'tcp'] as const).map((protocol) => ({
        protocol,
        ip: address.host,
        port: address.port,
        ...(address.announcedAddress ? { announcedAddress: address.announcedAddress } : {}),
      })),
    });
    return { worker, webRtcServer };
  } catch (error) {
    await closeMediaWorker(worker);
    throw new AppError(
      'port_taken',
      `WebRTC port ${address.port} on ${address.host} can't be used (another program has it?); ` +
        'set POSECAST_RTC_PORT to a free one',
      error,
    );
  }
}

/** Closes the worker and waits until its process is gone. */
export async function closeMediaWorker(worker: types.Worker): Promise<void> {
  if (worker.subprocessClosed) return;
  const gone = new Promise<void>((resolve) => worker.once('subprocessclose', () => resolve()));
  worker.close();
  await gone;
}

async function spawnWorker(log: Logger): Promise<types.Worker> {
  try {
    const worker = await createWorker({ logLevel: 'warn', logTags: ['ice', 'dtls', 'srtp'] });
    worker.on('subprocessclose', () => log.debug('mediasoup worker process is gone'));
    return worker;
  } catch (error) {
    throw new AppError(
      'missing_dependency',
      "mediasoup's worker does not start; run `node setup.mjs` to build it",
      error,
    );
  }
}
