/**
 * Music for the session: a sound file that this browser plays, or the sound of a shared tab. Its
 * track goes to the server beside the microphone's; whether it is heard here is another matter.
 */
import { Store } from './store.ts';

/** `silent`: what was shared has no sound. `unsupported`: this browser can't share sound. */
export type MusicProblem = 'unplayable' | 'silent' | 'unsupported';

export type MusicView = {
  readonly source: 'none' | 'file' | 'share';
  /** Of the file. */
  readonly name: string;
  readonly playing: boolean;
  readonly looped: boolean;
  /** 0..1, of what goes to the stream. */
  readonly volume: number;
  /** Whether this browser makes it heard; what is shared is heard where it plays. */
  readonly heard: boolean;
  readonly track: MediaStreamTrack | null;
  readonly problem: MusicProblem | null;
};

const NOTHING = { source: 'none', name: '', playing: false, track: null } as const;
const FIRST_VOLUME = 0.8;

/** Everything that has to be closed again. */
type Player = {
  readonly context: AudioContext;
  readonly volume: GainNode;
  readonly heard: GainNode;
  readonly close: () => void;
  readonly element: HTMLAudioElement | null;
};

export class Music {
  readonly view = new Store<MusicView>({
    ...NOTHING,
    looped: true,
    volume: FIRST_VOLUME,
    heard: true,
    problem: null,
  });
  #player: Player | null = null;

  /** Takes a file and plays it. */
  async choose(file: File): Promise<void> {
    this.end();
    const url = URL.createObjectURL(file);
    const element = new Audio(url);
    element.loop = this.view.get().looped;
    const context = new AudioContext();
    const { track, volume, heard } = this.#route(
      context,
      context.createMediaElementSource(element),
    );
    heard.connect(context.destination);
    const close = () => {
      element.removeAttribute('src');
      element.load();
      URL.revokeObjectURL(url);
    };
    this.#player = { context, volume, heard, close, element };
    const told = () => this.view.update({ playing: !element.paused && !element.ended });
    for (const event of ['play', 'pause', 'ended'] as const) element.addEventListener(event, told);
    this.view.update({ source: 'file', name: file.name, track });
    try {
      await Promise.all([context.resume(), element.play()]);
    } catch (error) {
      // Without a click before, it waits for the play button.
      if (error instanceof Error && error.name === 'NotAllowedError') return;
      if (this.#player.element === element) this.#fail('unplayable');
    }
  }

  /** Asks the browser's user for a tab or screen, and takes its sound alone. */
  async share(): Promise<void> {
    this.end();
    const stream = await this.#shared();
    if (!stream) return;
    for (const video of stream.getVideoTracks()) video.stop();
    const [sound] = stream.getAudioTracks();
    if (!sound) {
      this.#fail('silent');
      return;
    }
    const context = new AudioContext();
    const { track, volume, heard } = this.#route(
      context,
      context.createMediaStreamSource(new MediaStream([sound])),
    );
    this.#player = { context, volume, heard, close: () => sound.stop(), element: null };
    sound.addEventListener('ended', () => this.end());
    this.view.update({ source: 'share', name: sound.label, playing: true, track });
    await context.resume();
  }

  async play(): Promise<void> {
    await this.#player?.context.resume();
    await this.#player?.element?.play().catch(() => this.#fail('unplayable'));
  }

  pause(): void {
    this.#player?.element?.pause();
  }

  set looped(looped: boolean) {
    if (this.#player?.element) this.#player.element.loop = looped;
    this.view.update({ looped });
  }

  set volume(volume: number) {
    if (this.#player) this.#player.volume.gain.value = volume;
    this.view.update({ volume });
  }

  set heard(heard: boolean) {
    if (this.#player) this.#player.heard.gain.value = heard ? 1 : 0;
    this.view.update({ heard });
  }

  /** No music any more. */
  end(): void {
    const player = this.#player;
    this.#player = null;
    player?.close();
    void player?.context.close();
    this.view.update({ ...NOTHING, problem: null });
  }

  close(): void {
    this.end();
  }

  #fail(problem: MusicProblem): void {
    this.end();
    this.view.update({ problem });
  }

  /** undefined where nothing was shared. */
  async #shared(): Promise<MediaStream | undefined> {
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    if (typeof devices?.getDisplayMedia !== 'function') {
      this.#fail('unsupported');
      return undefined;
    }
    const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    // A picture has to be asked for; it is let go of at once.
    const wish = { video: true, audio: plain, systemAudio: 'include' };
    try {
      return await devices.getDisplayMedia(wish);
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      if (name === 'NotSupportedError' || name === 'TypeError') this.#fail('unsupported');
      return undefined;
    }
  }

  #route(context: AudioContext, source: AudioNode) {
    const { volume, heard } = this.view.get();
    const loudness = new GainNode(context, { gain: volume });
    const ear = new GainNode(context, { gain: heard ? 1 : 0 });
    const out = context.createMediaStreamDestination();
    source.connect(loudness).connect(out);
    loudness.connect(ear);
    const track = out.stream.getAudioTracks()[0]!;
    track.contentHint = 'music';
    return { track, volume: loudness, heard: ear };
  }
}
