/**
 * From the webcam to the avatar: camera, models, MediaPipe and the pose channel, started with one
 * click and ended together. The picture stays in this browser; what leaves it is at most 517 bytes
 * a frame (server/protocol/pose-packet.ts). Owned by the studio, which outlives screens; what only a
 * running camera needs is loaded when it starts.
 */
import type { SessionId } from '../../server/protocol/index.ts';
import { Camera, INGEST_CAMERA } from './camera.ts';
import { openIngestPicture } from './ingest-picture.ts';
import { Models, type Purpose } from './models.ts';
import { asRequestError, PeerKeeper } from './peer-keeper.ts';
import { Rate } from './rate.ts';
import { RequestError } from './request-error.ts';
import { PosePeer } from './rtc.ts';
import type { Client } from './socket.ts';
import { Store } from './store.ts';
import type { Found, Vision } from './vision.ts';

/** `models`: fetching what is missing; `loading`: MediaPipe starts up. */
export type TrackingStep = 'off' | 'camera' | 'models' | 'loading' | 'running';

export type TrackingView = {
  readonly step: TrackingStep;
  /** Parts that are looked for; a part whose model can't be had is left out. */
  readonly parts: readonly Purpose[];
  /** Whether pictures come: what was found in the last one is no longer so without. */
  readonly moving: boolean;
  /** Whether somebody is in the picture now. */
  readonly person: boolean;
  /** Pictures looked at in a second, and how long one takes. */
  readonly rateHz: number;
  readonly tookMs: number;
  /** Poses that went to the server, since the start. */
  readonly sent: number;
  readonly problem: RequestError | null;
};

/** What is looked for, each with a model of its own. */
export const WEBCAM_PARTS = ['body', 'face', 'hands'] as const satisfies readonly Purpose[];

/** MediaPipe, and what makes packets of what it finds. */
type Eyes = { readonly vision: Vision; readonly poseBytes: (found: Found) => Uint8Array | null };

const OFF: TrackingView = {
  step: 'off',
  parts: [],
  moving: true,
  person: false,
  rateHz: 0,
  tookMs: 0,
  sent: 0,
  problem: null,
};
const SHOW_INTERVAL_MS = 250;
/** Without a picture for so long, none comes: the slowest machines take a second for one. */
const STILL_AFTER_MS = 2500;
const STILL_CHECK_MS = 500;

export class Tracking {
  readonly camera = new Camera();
  readonly models = new Models();
  readonly view = new Store<TrackingView>(OFF);
  /** The newest result, for drawing; not for React. */
  readonly found = new Store<Found | null>(null);
  readonly #client: Client;
  #stop: AbortController | null = null;
  #eyes: Eyes | null = null;
  #channel: PeerKeeper<PosePeer> | null = null;
  #shownMs = 0;
  #takenMs = 0;
  #stillCheck: ReturnType<typeof setInterval> | undefined;
  #sent = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  /** The one click: also switches the session to full pose control. */
  async start(sessionId: SessionId, deviceId?: string): Promise<void> {
    this.stop();
    const again = () => void this.choose(INGEST_CAMERA);
    this.camera.ingest = () => openIngestPicture(this.#client, sessionId, again);
    const stop = new AbortController();
    this.#stop = stop;
    const { signal } = stop;
    try {
      this.view.set({ ...OFF, step: 'camera' });
      const stream = await this.camera.open(deviceId);
      if (!stream) {
        this.#give(signal, null);
        return;
      }
      this.view.update({ step: 'models' });
      const eyes = await this.#openEyes(signal);
      if (signal.aborted) {
        eyes.vision.close();
        return;
      }
      this.#eyes = eyes;
      await this.#client.request('motion:tier', { sessionId, tier: 'full' });
      this.#channel = new PeerKeeper(() => PosePeer.open({ client: this.#client, sessionId }));
      this.#channel.start();
      this.view.update({ step: 'running' });
      this.#follow(stream);
    } catch (error) {
      this.#give(signal, asRequestError(error));
    }
  }

  stop(): void {
    this.#stop?.abort();
    this.#stop = null;
    clearInterval(this.#stillCheck);
    this.#channel?.stop();
    this.#channel = null;
    this.#eyes?.vision.close();
    this.#eyes = null;
    this.camera.close();
    this.found.set(null);
    this.#sent = 0;
    this.view.set(OFF);
  }

  /** Another camera while running. */
  async choose(deviceId: string): Promise<void> {
    this.#eyes?.vision.unfollow();
    const signal = this.#stop?.signal;
    try {
      const stream = await this.camera.choose(deviceId);
      if (stream && this.#eyes) this.#follow(stream);
    } catch (error) {
      this.#give(signal, asRequestError(error));
    }
  }

  /** The media server was replaced: the channel has to be built anew. */
  restart(): void {
    this.#channel?.start();
  }

  async #openEyes(signal: AbortSignal): Promise<Eyes> {
    const body = await this.models.ensure('body', signal);
    if (!body) throw this.#missing('body');
    const face = await this.models.ensure('face', signal);
    const hands = await this.models.ensure('hands', signal);
    const found = [body, face, hands].filter((model) => model !== null);
    this.view.update({ step: 'loading', parts: found.map(({ purpose }) => purpose) });
    const [{ Vision }, { poseBytes }] = await Promise.all([
      import('./vision.ts'),
      import('./pose-packets.ts'),
    ]);
    const paths = { body: body.path, face: face?.path ?? null, hands: hands?.path ?? null };
    return { vision: await Vision.open(paths), poseBytes };
  }

  #missing(purpose: Purpose): RequestError {
    const model = this.models.list.get()?.find((each) => each.purpose === purpose);
    return new RequestError('download_failed', model?.problem ?? '');
  }

  #follow(stream: MediaStream): void {
    const rate = new Rate();
    this.#takenMs = performance.now();
    clearInterval(this.#stillCheck);
    this.#stillCheck = setInterval(() => this.#noticeStill(), STILL_CHECK_MS);
    this.#eyes?.vision.follow(
      stream,
      (found) => {
        rate.add(performance.now());
        this.#take(found, rate.hz);
      },
      (reason) => this.#give(this.#stop?.signal, new RequestError('internal', reason)),
    );
  }

  #take(found: Found, rateHz: number): void {
    this.found.set(found);
    this.#takenMs = performance.now();
    const pose = this.#eyes?.poseBytes(found) ?? null;
    if (pose && this.#channel?.peer.get()?.send(pose)) this.#sent += 1;
    const nowMs = performance.now();
    const person = pose !== null;
    // Numbers that change 30 times a second can't be read, and React would draw each of them.
    const { person: before, moving } = this.view.get();
    if (nowMs - this.#shownMs < SHOW_INTERVAL_MS && person === before && moving) return;
    this.#shownMs = nowMs;
    this.view.update({ moving: true, person, rateHz, tookMs: found.tookMs, sent: this.#sent });
  }

  /** A camera that was covered by its driver, or OBS that stopped sending. */
  #noticeStill(): void {
    const { step, moving } = this.view.get();
    if (step !== 'running' || !moving) return;
    if (performance.now() - this.#takenMs < STILL_AFTER_MS) return;
    this.found.set(null);
    this.view.update({ moving: false, person: false, rateHz: 0 });
  }

  /** Gives up, unless something newer was started meanwhile. */
  #give(signal: AbortSignal | undefined, problem: RequestError | null): void {
    if (signal?.aborted !== false) return;
    const camera = this.camera.view.get();
    this.stop();
    if (camera.state !== 'ready') this.camera.view.update({ state: camera.state });
    this.view.set({ ...OFF, problem });
  }
}
