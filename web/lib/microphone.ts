/**
 * The microphone of this browser: permission, the list of devices, one open track and its level.
 * A device that is pulled out is replaced by the default one as soon as there is one.
 */
import { recall, remember } from './storage.ts';
import { Store } from './store.ts';

/**
 * `insecure`: browsers hand out microphones only over https or on the same machine. `busy`: the
 * device exists and another program holds it.
 */
export type MicrophoneState =
  'idle' | 'asking' | 'ready' | 'refused' | 'missing' | 'busy' | 'insecure';

export type MicrophoneDevice = { readonly id: string; readonly label: string };

export type MicrophoneView = {
  readonly state: MicrophoneState;
  readonly devices: readonly MicrophoneDevice[];
  readonly deviceId: string;
  readonly track: MediaStreamTrack | null;
};

/** Level of silence, dBFS; the meter's left end. */
export const SILENCE_DB = -100;
const METER_INTERVAL_MS = 50;

export class Microphone {
  readonly view = new Store<MicrophoneView>({
    state: 'idle',
    devices: [],
    deviceId: '',
    track: null,
  });
  readonly levelDb = new Store(SILENCE_DB);
  #meter: Meter | null = null;

  /** Opens at once where permission was given before, so that nobody is asked out of the blue. */
  async start(): Promise<void> {
    if (!navigator.mediaDevices) {
      this.view.update({ state: 'insecure' });
      return;
    }
    navigator.mediaDevices.addEventListener('devicechange', this.#devicesChanged);
    const permission = await navigator.permissions?.query({ name: 'microphone' }).catch(() => null);
    if (permission?.state === 'granted') await this.open();
    if (permission?.state === 'denied') this.view.update({ state: 'refused' });
    permission?.addEventListener('change', () => {
      if (permission.state === 'granted' && this.view.get().state === 'refused') void this.open();
    });
  }

  /** Asks for permission where needed; the outcome is in `view`. */
  async open(deviceId = recall('microphone') ?? ''): Promise<MediaStreamTrack | null> {
    if (!navigator.mediaDevices) {
      this.view.update({ state: 'insecure' });
      return null;
    }
    if (this.view.get().state !== 'ready') this.view.update({ state: 'asking' });
    try {
      const stream = await capture(deviceId);
      const track = stream.getAudioTracks()[0] ?? null;
      this.#take(stream, track);
      await this.#list();
      return track;
    } catch (error) {
      this.#release();
      this.view.update({ state: refusal(error), track: null });
      return null;
    }
  }

  async choose(deviceId: string): Promise<MediaStreamTrack | null> {
    remember('microphone', deviceId);
    return this.open(deviceId);
  }

  close(): void {
    navigator.mediaDevices?.removeEventListener('devicechange', this.#devicesChanged);
    this.#release();
    this.view.update({ state: 'idle', track: null });
  }

  #take(stream: MediaStream, track: MediaStreamTrack | null): void {
    const old = this.view.get().track;
    this.#meter?.close();
    this.#meter = new Meter(stream, this.levelDb);
    const deviceId = track?.getSettings().deviceId ?? '';
    this.view.update({ state: track ? 'ready' : 'missing', deviceId, track });
    old?.stop();
    track?.addEventListener('ended', () => {
      if (this.view.get().track === track) void this.open('');
    });
  }

  #release(): void {
    this.#meter?.close();
    this.#meter = null;
    this.levelDb.set(SILENCE_DB);
    this.view.get().track?.stop();
  }

  #devicesChanged = (): void => {
    if (this.view.get().state === 'missing') void this.open('');
    else if (this.view.get().state === 'ready') void this.#list();
  };

  async #list(): Promise<void> {
    const all = await navigator.mediaDevices.enumerateDevices();
    const devices = all
      .filter(({ kind, deviceId }) => kind === 'audioinput' && deviceId !== 'communications')
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
    this.view.update({ devices });
  }
}

/** The chosen device, or any other where that one is gone. */
async function capture(deviceId: string): Promise<MediaStream> {
  const voice = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  const audio = { ...voice, channelCount: { ideal: 1 } };
  if (!deviceId) return navigator.mediaDevices.getUserMedia({ audio });
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { ...audio, deviceId: { exact: deviceId } },
    });
  } catch (error) {
    if (refusal(error) !== 'missing') throw error;
    return navigator.mediaDevices.getUserMedia({ audio });
  }
}

function refusal(error: unknown): MicrophoneState {
  switch (error instanceof Error ? error.name : '') {
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'refused';
  }
}

/** Root mean square of the last 43 ms, 20 times a second. */
class Meter {
  readonly #context = new AudioContext();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #resume = () => void this.#context.resume();

  constructor(stream: MediaStream, levelDb: Store<number>) {
    const analyser = new AnalyserNode(this.#context, { fftSize: 2048 });
    this.#context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      levelDb.set(toDb(samples));
    }, METER_INTERVAL_MS);
    // Without a click since the page opened, browsers keep audio contexts asleep.
    document.addEventListener('pointerdown', this.#resume);
    document.addEventListener('keydown', this.#resume);
  }

  close(): void {
    clearInterval(this.#timer);
    document.removeEventListener('pointerdown', this.#resume);
    document.removeEventListener('keydown', this.#resume);
    void this.#context.close();
  }
}

function toDb(samples: Float32Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  const rms = Math.sqrt(energy / samples.length);
  return Math.max(SILENCE_DB, Math.round(20 * Math.log10(rms + 1e-9)));
}
