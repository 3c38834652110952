/** What moves the avatar of the live session, asked for from the panel. Owned by the studio. */
import type { z } from 'zod';
import type {
  DiffusionChange,
  Emotion,
  MotionScript,
  MotionState,
  MotionStep,
  SayAnswer,
  SessionId,
  Tier,
} from '../../server/protocol/index.ts';
import { nowPlaying, samePlaying, type Playing } from './now-playing.ts';
import { asRequestError } from './peer-keeper.ts';
import type { RequestError } from './request-error.ts';
import type { Client } from './socket.ts';
import { Store } from './store.ts';

export type StepInput = z.input<typeof MotionStep>;
type ScriptInput = z.input<typeof MotionScript>;

/** What the panel shows of the beat; `bpm` is whole. */
export type TempoView = Pick<MotionState['tempo'], 'source'> & {
  readonly bpm: number;
  readonly dancing: MotionState['dancing'];
};

const NO_TEMPO: TempoView = { bpm: 0, source: null, dancing: 'off' };

export class MotionControl {
  readonly state = new Store<MotionState | null>(null);
  readonly playing = new Store<readonly Playing[]>([]);
  readonly tempo = new Store<TempoView>(NO_TEMPO);
  readonly problem = new Store<RequestError | null>(null);
  /** Of several avatars, whom the next request is for; null: all that move together. */
  readonly avatar = new Store<number | null>(null);
  readonly #client: Client;
  #sessionId: SessionId | null = null;
  #heardMs = 0;
  #off: () => void = () => undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Which session is meant; null: none is live. */
  attach(sessionId: SessionId | null): void {
    this.#off();
    this.#sessionId = sessionId;
    this.state.set(null);
    this.playing.set([]);
    this.tempo.set(NO_TEMPO);
    this.problem.set(null);
    this.avatar.set(null);
    this.#off = this.#client.on('motion:state', (state) => {
      if (state.sessionId === sessionId) this.#heard(state);
    });
  }

  /** Another prompt, strength or seed of an avatar that is drawn from one. */
  restyle(change: DiffusionChange): Promise<void> {
    return this.#ask((sessionId) => this.#client.request('avatar:restyle', { sessionId, change }));
  }

  setTier(tier: Tier): Promise<void> {
    return this.#ask((sessionId) => this.#client.request('motion:tier', { sessionId, tier }));
  }

  /** All steps at once; whoever asks for a gesture wants to see it, so pose control is switched on. */
  play(steps: readonly StepInput[], emotion?: Emotion): Promise<void> {
    return this.perform({ moments: [[...steps]], ...(emotion && { emotion }) });
  }

  perform(script: ScriptInput): Promise<void> {
    return this.#ask(async (sessionId) => {
      // The server takes them in order; waiting for the first would only be late.
      await Promise.all([
        this.#client.request('motion:tier', { sessionId, tier: 'full' }),
        this.#client.request('motion:play', { sessionId, script, ...this.#whom }),
      ]);
    });
  }

  /** An emotion pack: face, posture and duration together. */
  feel(emotion: Emotion): Promise<void> {
    return this.#ask(async (sessionId) => {
      // The server takes them in order; waiting for the first would only be late.
      await Promise.all([
        this.#client.request('motion:tier', { sessionId, tier: 'full' }),
        this.#client.request('motion:emotion', { sessionId, emotion, ...this.#whom }),
      ]);
    });
  }

  /** A sentence; null where it could not even be asked. */
  async say(text: string): Promise<SayAnswer | null> {
    let answer: SayAnswer | null = null;
    await this.#ask(async (sessionId) => {
      await this.#client.request('motion:tier', { sessionId, tier: 'full' });
      answer = await this.#client.request('motion:say', { sessionId, text, ...this.#whom });
    });
    return answer;
  }

  /** A tap on the beat: now. */
  tap(): Promise<void> {
    const atMs = performance.now();
    return this.#ask((sessionId) => this.#client.request('motion:tap', { sessionId, atMs }));
  }

  /** Gives the tempo back to the music. */
  untap(): Promise<void> {
    return this.#ask((sessionId) => this.#client.request('motion:tempo', { sessionId, bpm: null }));
  }

  dance(on: boolean): Promise<void> {
    return this.#ask(async (sessionId) => {
      if (on) await this.#client.request('motion:tier', { sessionId, tier: 'full' });
      await this.#client.request('motion:dance', { sessionId, on });
    });
  }

  /** Share of the present beat that has passed, 0..1; undefined without a beat. */
  get beat(): number | undefined {
    const { tempo } = this.state.get() ?? {};
    if (!tempo?.source) return undefined;
    const beats = tempo.phase + ((performance.now() - this.#heardMs) * tempo.bpm) / 60_000;
    return beats - Math.floor(beats);
  }

  /** A key that a trigger may wait for. */
  hotkey(key: string): void {
    const sessionId = this.#sessionId;
    if (sessionId === null) return;
    // Most keys are nobody's; a refusal says no more than that.
    this.#client.request('motion:hotkey', { sessionId, key }).catch(() => undefined);
  }

  stop(): Promise<void> {
    return this.#ask((sessionId) => this.#client.request('motion:stop', { sessionId }));
  }

  get #whom(): { readonly avatar?: number } {
    const avatar = this.avatar.get();
    return avatar === null ? {} : { avatar };
  }

  /** React draws what plays, not how far it is, ten times a second. */
  #heard(state: MotionState): void {
    this.#heardMs = performance.now();
    this.state.set(state);
    const { tempo, dancing } = state;
    const before = this.tempo.get();
    const bpm = Math.round(tempo.bpm);
    const same = before.source === tempo.source && before.dancing === dancing;
    if (!same || before.bpm !== bpm) this.tempo.set({ bpm, source: tempo.source, dancing });
    const playing = nowPlaying(state.playing);
    if (!samePlaying(playing, this.playing.get())) this.playing.set(playing);
  }

  async #ask(request: (sessionId: SessionId) => Promise<unknown>): Promise<void> {
    const sessionId = this.#sessionId;
    if (sessionId === null) return;
    try {
      this.problem.set(null);
      await request(sessionId);
    } catch (error) {
      this.problem.set(asRequestError(error));
    }
  }
}
