/**
 * What the panel is doing: nothing yet, or one live session of this browser with its microphone
 * going out and its picture coming back. The session outlives the page: its id is kept, and the
 * next page finds it and brings the microphone back.
 */
import type {
  AvatarSummary,
  ServerInfo,
  SessionId,
  SessionSnapshot,
  SessionRequest,
} from '../../server/protocol/index.ts';
import { Chat } from './chat.ts';
import { Dropped } from './dropped.ts';
import { HealthHistory } from './health-history.ts';
import { Microphone } from './microphone.ts';
import { MotionControl } from './motion.ts';
import { Music } from './music.ts';
import { asRequestError } from './peer-keeper.ts';
import { Inputs } from './inputs.ts';
import { PushTargets } from './push-targets.ts';
import { Publishing, type Tracks } from './publishing.ts';
import { Recordings } from './recordings.ts';
import type { RequestError } from './request-error.ts';
import { Scenes } from './scenes.ts';
import { Slates } from './slates.ts';
import { Client } from './socket.ts';
import { forget, recall, remember } from './storage.ts';
import { Store } from './store.ts';
import { Templates } from './templates.ts';
import { Tracking } from './tracking.ts';
import { Triggers } from './triggers.ts';
import { Viewing } from './viewing.ts';

export type Catalog = {
  readonly info: ServerInfo | null;
  /** null until the server has answered. */
  readonly avatars: readonly AvatarSummary[] | null;
  readonly sessions: readonly SessionSnapshot[];
};

export type Phase =
  | { readonly name: 'restoring' }
  | { readonly name: 'setup' }
  | { readonly name: 'starting' }
  | { readonly name: 'live'; readonly viewing: Viewing }
  | { readonly name: 'stopping'; readonly viewing: Viewing };

/** Who is to speak: this browser's microphone, or what OBS or another encoder sends. */
export const VOICES_FROM = ['microphone', 'encoder'] as const;
export type VoiceFrom = (typeof VOICES_FROM)[number];

/** Why the last session is over: a sentence of the server's, or empty where we stopped it. */
export type Ending = { readonly reason: string };

const LIST_INTERVAL_MS = 4000;

export class Studio {
  readonly client = new Client(() => recall('token'));
  readonly microphone = new Microphone();
  readonly music = new Music();
  readonly templates = new Templates();
  readonly motion = new MotionControl(this.client);
  readonly chat = new Chat(this.client);
  readonly targets = new PushTargets(this.client);
  readonly scenes = new Scenes(this.client);
  readonly recordings = new Recordings();
  readonly slates = new Slates();
  readonly inputs = new Inputs(this.client);
  readonly tracking = new Tracking(this.client);
  readonly dropped = new Dropped();
  readonly triggers = new Triggers(this.client);
  readonly catalog = new Store<Catalog>({ info: null, avatars: null, sessions: [] });
  readonly phase = new Store<Phase>({ name: recall('session') ? 'restoring' : 'setup' });
  readonly problem = new Store<RequestError | null>(null);
  readonly ending = new Store<Ending | null>(null);
  readonly publishing = new Publishing(this.client, () => this.#tracks());
  readonly voiceFrom = new Store<VoiceFrom>(
    VOICES_FROM.find((each) => each === recall('voice')) ?? 'microphone',
  );
  /** The live session's last minute in numbers; null while none is live. */
  readonly health = new Store<HealthHistory | null>(null);
  readonly #offs: (() => void)[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;
  #viewing: Viewing | null = null;
  #engaged = false;
  #offState: () => void = () => undefined;

  open(): void {
    const { connection } = this.client;
    this.#offs.push(
      connection.subscribe(() => connection.get() === 'online' && void this.#welcome()),
      this.microphone.view.subscribe(() => this.publishing.changed('voice')),
      this.music.view.subscribe(() => this.publishing.changed('music')),
    );
    this.#timer = setInterval(() => void this.#listSessions(), LIST_INTERVAL_MS);
    this.client.open();
  }

  /**
   * The page to go live on is there: from now on this browser's microphone is open and the session
   * that was live here is found again. Other pages alone do neither.
   */
  engage(): void {
    const online = this.client.connection.get() === 'online';
    // Another page may have brought new ones.
    if (online) void this.refreshAvatars();
    if (this.#engaged) return;
    this.#engaged = true;
    if (this.#speaksHere) void this.microphone.start();
    if (online) this.#restore();
  }

  async refreshAvatars(): Promise<void> {
    try {
      this.catalog.update({ avatars: await this.client.request('avatars:list', {}) });
    } catch {
      // The list from before stays; a lost connection is shown on its own.
    }
  }

  close(): void {
    for (const off of this.#offs.splice(0)) off();
    clearInterval(this.#timer);
    this.#leave();
    this.#engaged = false;
    this.microphone.close();
    this.music.close();
    this.client.close();
  }

  async goLive(request: Partial<SessionRequest>): Promise<void> {
    this.problem.set(null);
    this.ending.set(null);
    this.phase.set({ name: 'starting' });
    try {
      if (this.#speaksHere && !(await this.#openMicrophone())) {
        this.phase.set({ name: 'setup' });
        return;
      }
      const snapshot = await this.client.request('session:create', request);
      this.attach(snapshot.id);
      void this.slates.begin(snapshot.id);
    } catch (error) {
      this.phase.set({ name: 'setup' });
      this.#failed(error);
    }
  }

  /** Remembered. Before going live, the microphone's lamp goes out where nobody is to speak here. */
  speakFrom(voice: VoiceFrom): void {
    remember('voice', voice);
    this.voiceFrom.set(voice);
    if (voice === 'microphone') void this.microphone.start().then(() => this.#openMicrophone());
    else if (!this.#viewing) this.microphone.close();
  }

  /** Takes a running session into this panel, with this browser's microphone if it is to speak. */
  attach(sessionId: SessionId): void {
    this.#leave();
    remember('session', sessionId);
    const viewing = new Viewing(this.client, sessionId);
    this.#viewing = viewing;
    this.motion.attach(sessionId);
    this.chat.attach(sessionId);
    this.targets.attach(sessionId);
    this.scenes.attach(sessionId);
    this.recordings.attach(this.client, sessionId);
    this.inputs.attach(sessionId);
    viewing.onRestart = () => {
      this.publishing.again();
      this.tracking.restart();
    };
    this.health.set(new HealthHistory(viewing, this.publishing.sample));
    this.publishing.begin(sessionId);
    this.#offState = viewing.state.subscribe(() => this.#viewingChanged(viewing));
    if (this.phase.get().name !== 'restoring') this.phase.set({ name: 'live', viewing });
    viewing.start();
    if (this.#speaksHere) void this.#openMicrophone();
  }

  async stop(): Promise<void> {
    const phase = this.phase.get();
    if (phase.name !== 'live') return;
    const { viewing } = phase;
    this.phase.set({ name: 'stopping', viewing });
    try {
      await this.client.request('session:stop', { sessionId: viewing.sessionId });
      this.#end({ reason: '' });
    } catch (error) {
      this.phase.set(phase);
      this.#failed(error);
    }
  }

  /** Looks away from the session without stopping it. */
  leave(): void {
    this.#leave();
    forget('session');
    this.phase.set({ name: 'setup' });
    void this.#listSessions();
  }

  dismiss(): void {
    this.problem.set(null);
    this.ending.set(null);
  }

  async #welcome(): Promise<void> {
    try {
      const info = await this.client.request('server:info', {});
      this.catalog.update({ info });
      if (info.needsToken && !recall('token')) {
        this.client.needToken();
        return;
      }
      const [avatars, sessions] = await Promise.all([
        this.client.request('avatars:list', {}),
        this.client.request('session:list', {}),
      ]);
      this.catalog.update({ avatars, sessions });
      if (this.problem.get()?.code === 'offline') this.problem.set(null);
      this.#restore();
    } catch (error) {
      this.#failed(error);
    }
  }

  #restore(): void {
    const kept = recall('session');
    const waits = this.#engaged && this.phase.get().name === 'restoring';
    if (kept && waits && !this.#viewing) this.attach(kept as SessionId);
  }

  #viewingChanged(viewing: Viewing): void {
    switch (viewing.state.get()) {
      case 'watching':
        if (this.phase.get().name === 'restoring') this.phase.set({ name: 'live', viewing });
        return;
      case 'ended':
        return this.#end({ reason: viewing.snapshot.get()?.reason ?? '' });
      case 'gone':
        return this.#end({ reason: '' });
      case 'joining':
        return;
    }
  }

  #end(ending: Ending): void {
    this.#leave();
    forget('session');
    this.ending.set(ending);
    this.phase.set({ name: 'setup' });
    void this.#listSessions();
  }

  #leave(): void {
    this.#offState();
    this.publishing.end();
    this.tracking.stop();
    this.music.end();
    this.motion.attach(null);
    this.chat.attach(null);
    this.targets.attach(null);
    this.scenes.attach(null);
    this.recordings.attach(this.client, null);
    this.inputs.attach(null);
    this.health.get()?.close();
    this.health.set(null);
    this.#viewing?.stop();
    this.#viewing = null;
  }

  get #speaksHere(): boolean {
    return this.voiceFrom.get() === 'microphone';
  }

  async #openMicrophone(): Promise<MediaStreamTrack | null> {
    return this.microphone.view.get().track ?? this.microphone.open();
  }

  #tracks(): Tracks {
    const voice = this.#speaksHere ? this.microphone.view.get().track : null;
    return { voice, music: this.music.view.get().track };
  }

  async #listSessions(): Promise<void> {
    const { name } = this.phase.get();
    if (this.client.connection.get() !== 'online') return;
    if (name !== 'setup' && name !== 'restoring') return;
    try {
      const sessions = await this.client.request('session:list', {});
      this.catalog.update({ sessions });
    } catch {
      // The next round asks again; a lost connection is shown on its own.
    }
  }

  #failed(error: unknown): void {
    const problem = asRequestError(error);
    if (problem.code === 'unauthorized') this.client.needToken();
    else this.problem.set(problem);
  }
}
