/**
 * One measurement of /measure: a session of its own, the microphone going in, the avatar coming
 * back, and the microphone itself through the media server alone as the floor below which nothing
 * can be. Everything is timed on this page's one clock.
 *
 * What remains: the speaker's and the loudspeaker's hardware are outside; sound is taken where it
 * leaves the jitter buffer, the picture at the time the browser means to show it.
 */
import type {
  Burst,
  MeasureHandle,
  MeasureSummary,
  Series,
  SessionId,
} from '../../server/protocol/index.ts';
import { Ears } from './ears.ts';
import { Measurement } from './measure.ts';
import { MouthWatch } from './mouth-watch.ts';
import { PublishPeer, WatchPeer } from './rtc.ts';
import type { Client } from './socket.ts';
import { Store } from './store.ts';

export type MeasuringView = {
  readonly state: MeasureHandle['state'];
  readonly problem: string;
  readonly summary: MeasureSummary;
};

/** Processing would take the voice for an echo of itself, and delay it. */
const PLAIN_MICROPHONE = {
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
  channelCount: { ideal: 1 },
};
const SETTLE_MS = 500;
/** Streams find their pace in the first seconds: what is heard then isn't counted. */
const WARM_UP_MS = 3000;

export class Measuring implements MeasureHandle {
  readonly view = new Store<MeasuringView>({
    state: 'ready',
    problem: '',
    summary: new Measurement().summary,
  });
  readonly #client: Client;
  readonly #closers: (() => unknown)[] = [];
  #measurement = new Measurement();
  #countFromMs = Infinity;
  sessionId: SessionId | null = null;
  firstPictureMs: number | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  get state(): MeasureHandle['state'] {
    return this.view.get().state;
  }

  get problem(): string {
    return this.view.get().problem;
  }

  bursts = (): readonly Burst[] => this.#measurement.bursts;
  summary = (): MeasureSummary => this.#measurement.summary;
  mouth = (): Series => this.#measurement.mouth.series;
  voice = (): Series => this.#measurement.voice.series;

  async start(video: HTMLVideoElement): Promise<void> {
    if (this.state === 'starting' || this.state === 'measuring') return;
    this.view.update({ state: 'starting', problem: '' });
    this.#measurement = new Measurement();
    try {
      await this.#open(video);
      this.view.update({ state: 'measuring' });
    } catch (error) {
      await this.stop();
      const problem = error instanceof Error ? error.message : String(error);
      this.view.update({ state: 'failed', problem });
    }
  }

  async stop(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
    this.#countFromMs = Infinity;
    this.firstPictureMs = null;
    this.view.update({ state: 'ready' });
  }

  async #open(video: HTMLVideoElement): Promise<void> {
    const client = this.#client;
    const microphone = await navigator.mediaDevices.getUserMedia({ audio: PLAIN_MICROPHONE });
    const track = microphone.getAudioTracks()[0]!;
    this.#closers.push(() => track.stop());
    const ears = await Ears.open({
      onEnergy: (ear, timeMs, energy) => {
        if (timeMs >= this.#countFromMs) this.#measurement.hear(ear, timeMs, energy);
      },
      onBatch: (timeMs, voice) => this.#measurement.voice.add(timeMs, voice),
    });
    this.#closers.push(() => ears.close());

    const { id: sessionId } = await client.request('session:create', {});
    this.sessionId = sessionId;
    // A server that is gone has ended the session already.
    this.#closers.push(() => client.request('session:stop', { sessionId }).catch(() => undefined));
    const publish = await PublishPeer.open({ client, sessionId, tracks: { voice: track } });
    this.#closers.push(() => publish.close());
    const floor = await WatchPeer.open({ client, sessionId, source: 'microphone' });
    this.#closers.push(() => floor.close());
    const watch = await WatchPeer.open({ client, sessionId });
    this.#closers.push(() => watch.close());

    this.#watch(video, watch.stream);
    ears.attach('microphone', microphone, 'elsewhere');
    ears.attach('voice', new MediaStream(watch.stream.getAudioTracks()), 'elsewhere');
    ears.attach('floor', floor.stream, 'mute');
    this.#countFromMs = performance.now() + WARM_UP_MS;
    const timer = setInterval(() => this.#settle(), SETTLE_MS);
    this.#closers.push(() => clearInterval(timer));
  }

  #watch(video: HTMLVideoElement, stream: MediaStream): void {
    video.srcObject = stream;
    void video.play();
    const mouth = new MouthWatch(video, (timeMs, openness) => {
      this.firstPictureMs ??= timeMs;
      this.#measurement.see(timeMs, openness);
    });
    this.#closers.push(() => {
      mouth.close();
      video.srcObject = null;
    });
  }

  #settle(): void {
    this.#measurement.settle(performance.now());
    this.view.update({ summary: this.#measurement.summary });
  }
}
