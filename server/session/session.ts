/**
 * One live avatar: its state, who watches it, and when it ends. Main thread; owned by the
 * registry. The media itself runs in its pipeline.
 */
import { AppError } from '../core/errors.ts';
import type { CompiledTemplate } from '../motion/template/compiled-template.ts';
import type {
  DiffusionChange,
  MotionPriority,
  MotionScript,
  MotionTapped,
  RecordingState,
  RegionChoice,
  SlateChoice,
  SessionId,
  SessionSnapshot,
  SessionPush,
  SessionStats,
  Tier,
} from '../protocol/index.ts';
import type { Mood } from '../speech/speech.ts';
import { SessionScenes } from '../scenes/session-scenes.ts';
import { pointingScript } from '../scenes/pointing.ts';
import { Pipeline } from './pipeline.ts';
import type { PipelineOptions } from './pipeline-options.ts';
import { SessionMotion, type PlayRequest } from './session-motion.ts';
import { SessionPushes } from './session-pushes.ts';
import type { SessionOptions } from './session-options.ts';
import { sessionStats } from './stats.ts';
import type { RecordOrder, SlateOrder } from './wires.ts';

const STATS_MS = 1000;
/** Gigabytes of weights are read, and compiled for their device. */
const OPEN_TIMEOUT_MS = 180_000;
const DEGRADED_AFTER_SECONDS = 3;

export class Session {
  readonly id: SessionId;
  readonly #options: SessionOptions;
  readonly #createdAt = new Date();
  #pipeline: Pipeline | undefined;
  #state: SessionSnapshot['state'] = 'starting';
  #reason = '';
  #microphone = false;
  #voiceHeard = false;
  #viewers = 0;
  #frames = 0;
  #secondsWithoutPicture = 0;
  #engineLost = false;
  #statistics: SessionStats | undefined;
  #statsTimer: NodeJS.Timeout | undefined;
  #graceTimer: NodeJS.Timeout | undefined;
  #music = false;
  #slate: SlateChoice;
  #slateShown = false;
  #takeSince: string | null = null;
  readonly #motion: SessionMotion;
  /** Where the session is pushed to besides our own RTMP server. */
  readonly pushes = new SessionPushes((orders) => this.pipeline.outputs.setPushes(orders));
  /** What is shown around the avatars. */
  readonly scenes: SessionScenes;
  readonly #moodListeners = new Set<(mood: Readonly<Mood>) => void>();
  /** What was changed of avatars that are told in words, since the beginning. */
  #style: DiffusionChange = {};
  #poseWatchers = 0;
  #closing: Promise<void> | undefined;

  private constructor(options: SessionOptions) {
    this.id = options.id;
    this.#options = options;
    this.#style = options.request.style ?? {};
    const { cast, danceSteps, compiled, sessionEvents, request } = options;
    this.scenes = new SessionScenes(options.scenes, {
      ...{ width: request.width, height: request.height, fps: request.fps },
      session: this.id,
      show: (change, shown) => this.pipeline.show(change, shown),
      onChange: () => this.announce(),
      log: options.log,
    });
    this.#slate = options.request.slate ?? { show: 'name' };
    this.#motion = new SessionMotion({
      stage: () => this.pipeline,
      avatars: cast.length,
      danceSteps,
      compiled,
      onMotion: (state) => sessionEvents.onMotion({ sessionId: this.id, ...state }),
    });
  }

  /** Starts the session; resolves when its avatar is drawn. Throws what the engine refuses. */
  static async open(options: SessionOptions): Promise<Session> {
    const session = new Session(options);
    try {
      await session.#start();
    } catch (error) {
      await session.close();
      throw error;
    }
    return session;
  }

  get pipeline(): Pipeline {
    return this.#pipeline!;
  }

  get snapshot(): SessionSnapshot {
    const { request, rtmp } = this.#options;
    return {
      id: this.id,
      state: this.#state,
      reason: this.#reason,
      avatar: request.avatar,
      width: request.width,
      height: request.height,
      fps: request.fps,
      background: request.background,
      tier: this.#pipeline?.tier ?? request.tier,
      device: request.device ?? null,
      style: this.#style,
      cast: this.#options.cast.map(({ packDir: _, ...member }) => member),
      scene: this.scenes.state,
      slate: this.#slate,
      slateShown: this.#slateShown,
      microphone: !this.#microphone ? 'absent' : this.#voiceHeard ? 'connected' : 'silent',
      voice: this.#pipeline?.room.voices.at(-1) ?? null,
      music: this.#music,
      viewers: this.#viewers,
      takeSince: this.#takeSince,
      createdAt: this.#createdAt.toISOString(),
      watchPath: `/watch/${this.id}`,
      overlayPath: `/overlay/${this.id}`,
      rtmpUrl: rtmp.playUrl(this.id),
      rtmpLive: rtmp.isLive(this.id),
    };
  }

  /** Tells the followers how things are now. */
  announce(): void {
    this.#options.sessionEvents.onState(this.snapshot);
  }

  /** Switches pose control on or off; the avatar blends to what it may do then. */
  setTier(tier: Tier): void {
    this.pipeline.tier = tier;
    if (tier === 'basic') this.#motion.switchedOff();
    this.announce();
  }

  /**
   * Plays a script; resolves with its number once the engine was told. Throws `conflict` while pose
   * control is off and `template_not_found`.
   */
  play(script: MotionScript, priority: MotionPriority, request?: PlayRequest): Promise<number> {
    return this.#motion.play(script, priority, request);
  }

  /**
   * Aims the nearer hand at a region of the slide; resolves with the script's number. Throws
   * `not_found`, and `conflict` while pose control is off.
   */
  pointAt(region: RegionChoice, priority: MotionPriority): Promise<number> {
    const at = this.scenes.region(region);
    return this.play(pointingScript(at, this.#standsAt), priority);
  }

  /** Middle of the first avatar, 0..1 of the picture's width. */
  get #standsAt(): number {
    return this.scenes.standing?.x ?? this.#options.cast[0]!.x;
  }

  /** Plays motion that isn't in the library, e.g. from a file. Throws `conflict`. */
  playTrack(track: CompiledTemplate, priority: MotionPriority = 'hand'): number {
    return this.#motion.playTrack(track, priority);
  }

  /** Another prompt, strength or seed, from the next frame on. Throws `conflict` where nobody is told in words. */
  restyle(change: DiffusionChange): void {
    const { engine } = this.pipeline.state;
    if (engine && !engine.body?.styled) {
      throw new AppError('conflict', 'No avatar of this session is drawn from a prompt');
    }
    this.#style = { ...this.#style, ...change };
    this.pipeline.restyle(change);
    this.announce();
  }

  /** Stops one script by its number, or all that plays or waits. What moved blends away. */
  stopMotion(script?: number): void {
    this.#motion.stop(script);
  }

  /** Dances to the music from now on, or no longer. Throws `conflict` while pose control is off. */
  dance(on: boolean): void {
    this.#motion.dance(on);
  }

  /** A tap on the beat: from the third on it sets the tempo. `atMs`: when, on the tapper's clock. */
  tap(atMs?: number): MotionTapped {
    return this.#motion.tap(atMs);
  }

  /** The tempo by its number; null gives it back to the music. */
  setBpm(bpm: number | null): void {
    this.#motion.setBpm(bpm);
  }

  /**
   * Hears how the speaker sounds, eight times a second: level, voice, stress, energy, pitch and the
   * counters of phrases, questions and exclamations. Returns what takes the listener off.
   */
  onMood(listener: (mood: Readonly<Mood>) => void): () => void {
    this.#moodListeners.add(listener);
    return () => this.#moodListeners.delete(listener);
  }

  /** Somebody looks at the first avatar's pose from now on; returns what ends that, once. */
  watchPose(): () => void {
    this.#poseWatchers += 1;
    this.pipeline.poseWatched = true;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#poseWatchers -= 1;
      this.pipeline.poseWatched = this.#poseWatchers > 0;
    };
  }

  /** What is shown from now on while there is no picture. Throws `not_found`. */
  async setSlate(choice: SlateChoice): Promise<void> {
    this.pipeline.outputs.setSlate(await this.#slateOrder(choice));
    this.#slate = choice;
    this.announce();
  }

  async #slateOrder(choice: SlateChoice): Promise<SlateOrder> {
    const { avatar: name, background: ground } = this.#options.request;
    if (choice.show !== 'file') return { name, ground, show: choice.show };
    return { name, ground, show: 'file', path: await this.#options.slatePath(choice.file) };
  }

  /** A take of it is being recorded since then, or no longer: everybody who follows is told. */
  setTakeSince(since: string | null): void {
    this.#takeSince = since;
    if (!this.#closing) this.announce();
  }

  /** Ends the session and waits until nothing of it runs. */
  close(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
  }

  async #start(): Promise<void> {
    const { request } = this.#options;
    const opened = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      opened.reject(
        new AppError(
          'engine_failed',
          `The engine did not open the avatar in ${OPEN_TIMEOUT_MS} ms`,
        ),
      );
    }, OPEN_TIMEOUT_MS);
    // Rejected before it is awaited when the pack is refused at once.
    opened.promise.catch(() => undefined);
    this.#pipeline = await Pipeline.open({
      ...this.#options,
      width: request.width,
      height: request.height,
      fps: request.fps,
      background: request.background,
      tier: request.tier,
      slate: await this.#slateOrder(this.#slate),
      device: request.device,
      events: this.#pipelineEvents(opened),
    });
    try {
      await opened.promise;
    } finally {
      clearTimeout(timer);
    }
    this.#statsTimer = setInterval(() => {
      this.#statistics = this.#measure();
      this.#options.sessionEvents.onStats(this.#statistics);
      this.#options.sessionEvents.onPushes({ sessionId: this.id, pushes: this.pushStates });
      const recordings = this.recordingStates;
      this.#options.sessionEvents.onRecordings({ sessionId: this.id, recordings });
      this.#judge(this.#statistics);
      this.#noticeSlate();
    }, STATS_MS);
    this.#armGrace();
  }

  /** Whether the slate is on comes with the statistics; followers hear of it at once. */
  #noticeSlate(): void {
    const shown = this.pipeline.state.feeder?.slateShown ?? false;
    if (shown === this.#slateShown) return;
    this.#slateShown = shown;
    this.announce();
  }

  /** Without a picture for some seconds the session is degraded, and live again with the next. */
  #judge({ fps, body }: SessionStats): void {
    this.#secondsWithoutPicture = fps > 0 ? 0 : this.#secondsWithoutPicture + 1;
    if (this.#secondsWithoutPicture === DEGRADED_AFTER_SECONDS) {
      const problem = this.pipeline.state.feeder?.problem;
      this.#setState('degraded', problem || 'No picture comes out of the encoder.');
    } else if (fps > 0 && body && body.problem !== '') {
      if (this.#reason !== body.problem) this.#setState('degraded', body.problem);
    } else if (fps > 0 && this.#state === 'degraded' && !this.#engineLost) {
      this.#setState('live', '');
    }
  }

  #pipelineEvents(opened: PromiseWithResolvers<void>): PipelineOptions['events'] {
    const { sessionEvents } = this.#options;
    return {
      onMicrophone: (connected) => {
        this.#microphone = connected;
        this.#voiceHeard = false;
        this.#armGrace();
        this.announce();
      },
      onMusic: (connected) => {
        this.#music = connected;
        this.#armGrace();
        this.announce();
      },
      onViewers: (count) => {
        this.#viewers = count;
        this.#armGrace();
        this.announce();
      },
      onRecorded: sessionEvents.onRecorded,
      onRebuilt: () => sessionEvents.onRebuilt(this.id),
      onOpened: () => {
        opened.resolve();
        this.#engineLost = false;
        this.#motion.engineOpened();
        if (Object.keys(this.#style).length > 0) this.pipeline.restyle(this.#style);
        this.#setState('live', '');
      },
      onFailed: (code, message) => {
        const failure = new AppError(code, message);
        opened.reject(failure);
        this.#engineLost = true;
        this.#setState('degraded', message);
      },
      onEngineLost: () => {
        this.#engineLost = true;
        this.#motion.engineLost();
        this.#setState('degraded', 'The engine stopped and is being started again.');
      },
      onMotion: (state) => {
        this.#motion.heard(state);
      },
      onPose: (pose) => {
        const { buffer, byteOffset, byteLength } = pose;
        const bytes = new Uint8Array(buffer, byteOffset, byteLength);
        sessionEvents.onPose({ sessionId: this.id, pose: bytes });
      },
      onLookFailed: (reason) => {
        this.#options.log.warn({ reason }, 'the scene could not be shown');
        this.scenes.failed(reason);
      },
      onMood: (mood) => {
        const { levelDb, voice } = mood;
        if (voice > 0.5 && !this.#voiceHeard && this.#microphone) {
          this.#voiceHeard = true;
          this.announce();
        }
        sessionEvents.onLevel({ sessionId: this.id, levelDb, voice });
        for (const listener of this.#moodListeners) listener(mood);
      },
    };
  }

  #setState(state: SessionSnapshot['state'], reason: string): void {
    if (this.#closing) return;
    this.#state = state;
    this.#reason = reason;
    this.announce();
  }

  /** Without microphone, music and viewers the session ends after the grace time. */
  #armGrace(): void {
    clearTimeout(this.#graceTimer);
    if (this.#microphone || this.#music || this.#viewers > 0 || this.#closing) return;
    const { graceMs, sessionEvents } = this.#options;
    this.#graceTimer = setTimeout(() => sessionEvents.onAbandoned(this.id), graceMs);
  }

  /** How the pushes go, as of the last second. */
  get pushStates(): SessionPush[] {
    const pushes = this.pipeline.state.feeder?.pushes ?? [];
    return pushes.map((push) => ({ ...push, kbps: Math.round(push.kbps) }));
  }

  /** How the recordings go, as of the last second. */
  get recordingStates(): RecordingState[] {
    return [...(this.pipeline.state.feeder?.recordings ?? [])];
  }

  /** Makes these recordings from now on, and no other. */
  setRecordings(orders: readonly RecordOrder[]): void {
    this.pipeline.outputs.setRecordings(orders);
  }

  /** The statistics of the last second. */
  get statistics(): SessionStats {
    this.#statistics ??= this.#measure();
    return this.#statistics;
  }

  #measure(): SessionStats {
    const stats = sessionStats({
      id: this.id,
      createdAtMs: this.#createdAt.getTime(),
      state: this.pipeline.state,
      usage: this.#options.usage(),
      framesBefore: this.#frames,
    });
    this.#frames = stats.frames;
    return stats;
  }

  async #stop(): Promise<void> {
    clearInterval(this.#statsTimer);
    clearTimeout(this.#graceTimer);
    this.#motion.close();
    this.#state = 'stopping';
    this.announce();
    await this.scenes.close();
    await this.#pipeline?.close();
    this.#state = 'stopped';
    this.announce();
  }
}
