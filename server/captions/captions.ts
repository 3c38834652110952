/**
 * Captions of the sessions that want them: their voices are cut into phrases, a recogniser that all
 * share hears one after another, and what it heard is told. Off, nothing of this runs: the
 * recogniser lives while at least one session has captions on. Main thread; owned by the app.
 */
import { AppError, toAppError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import type { Caption, CaptionsState, CaptionsStatus } from '../protocol/captions.ts';
import type { SessionId } from '../protocol/ids.ts';
import type { VoiceListener } from '../session/microphone-in.ts';
import type { Installation } from './installation.ts';
import { PieceCutter, type Piece } from './piece-cutter.ts';
import { Recogniser } from './recogniser.ts';

/** What captions need of a session. */
export interface CaptionedSession {
  readonly id: SessionId;
  readonly pipeline: { voiceListener: VoiceListener | undefined };
  onMood(listener: (mood: HeardMood) => void): () => void;
}
type HeardMood = {
  readonly timeUs: number;
  readonly voicedUs: number;
  readonly levelDb: number;
  readonly events: { readonly phraseEnd: number };
};

export type CaptionsHouse = {
  readonly find: () => Promise<Installation>;
  readonly log: Logger;
  readonly onCaption: (caption: Caption) => void;
  readonly onState: (state: CaptionsState) => void;
  /** Another recogniser's process than sherpa's, see RecogniserOptions. */
  readonly entry?: URL;
};

/** Pieces that wait for the recogniser: 24 s of speech at most. */
const MOST_WAITING = 3;
const MOST_KEPT = 50;

type Listening = { readonly stop: () => void };

/** One session's side; stays after switching off until the session ends. */
type Kept = {
  readonly session: CaptionedSession;
  readonly waiting: Piece[];
  captions: Caption[];
  dropped: number;
  listening: Listening | undefined;
};

export class Captions {
  readonly #house: CaptionsHouse;
  readonly #kept = new Map<SessionId, Kept>();
  readonly #ends = new Set<Promise<void>>();
  #recogniser: Recogniser | undefined;
  #busy = false;
  #closed = false;

  constructor(house: CaptionsHouse) {
    this.#house = house;
  }

  /** Whether captions of the session were ever switched. */
  knows(id: SessionId): boolean {
    return this.#kept.has(id);
  }

  async status(id: SessionId): Promise<CaptionsStatus> {
    const state = await this.#stateOf(id);
    return { ...state, captions: this.#kept.get(id)?.captions ?? [] };
  }

  /** Throws `missing_dependency` with what to install. */
  async switch(session: CaptionedSession, on: boolean): Promise<CaptionsStatus> {
    if (on) await this.#on(session);
    else this.#off(session.id);
    await this.#tellState(session.id);
    return this.status(session.id);
  }

  /** The session ends. */
  forget(id: SessionId): void {
    this.#off(id);
    this.#kept.delete(id);
  }

  /** Resolves when no process is left. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const id of [...this.#kept.keys()]) this.forget(id);
    await Promise.all(this.#ends);
  }

  async #on(session: CaptionedSession): Promise<void> {
    const kept: Kept = this.#kept.get(session.id) ?? {
      ...{ session, waiting: [], captions: [], dropped: 0, listening: undefined },
    };
    this.#kept.set(session.id, kept);
    const found = await this.#house.find();
    if (found.state !== 'here') throw new AppError('missing_dependency', found.reason);
    // The session or the server may have ended while we looked.
    if (this.#closed || this.#kept.get(session.id) !== kept || kept.listening) return;
    kept.listening = listen(session, (piece) => this.#enqueue(kept, piece));
    this.#recogniser ??= Recogniser.open({
      settings: found.settings,
      log: this.#house.log,
      onState: () => this.#recogniserChanged(),
      ...(this.#house.entry && { entry: this.#house.entry }),
    });
  }

  #off(id: SessionId): void {
    const kept = this.#kept.get(id);
    kept?.listening?.stop();
    if (kept) {
      kept.listening = undefined;
      kept.waiting.length = 0;
    }
    const recogniser = this.#recogniser;
    if (!recogniser || this.#listening.length > 0) return;
    this.#recogniser = undefined;
    this.#busy = false;
    const end = recogniser.close().finally(() => this.#ends.delete(end));
    this.#ends.add(end);
  }

  get #listening(): readonly Kept[] {
    return [...this.#kept.values()].filter(({ listening }) => listening);
  }

  #enqueue(kept: Kept, piece: Piece): void {
    kept.waiting.push(piece);
    if (kept.waiting.length > MOST_WAITING) {
      kept.waiting.shift();
      kept.dropped += 1;
    }
    this.#next();
  }

  /** Gives the recogniser the piece that has waited longest. */
  #next(): void {
    const recogniser = this.#recogniser;
    if (this.#busy || recogniser?.state.name !== 'ready') return;
    const waiting = this.#listening.filter((each) => each.waiting.length > 0);
    const [first, ...others] = waiting;
    if (!first) return;
    const kept = others.reduce((a, b) => (b.waiting[0]!.toUs < a.waiting[0]!.toUs ? b : a), first);
    this.#busy = true;
    void this.#hear(recogniser, kept, kept.waiting.shift()!);
  }

  async #hear(recogniser: Recogniser, kept: Kept, piece: Piece): Promise<void> {
    try {
      const text = await recogniser.hear(piece);
      if (kept.listening && text !== '') this.#tell(kept, piece, text);
    } catch (error) {
      kept.dropped += 1;
      const { id } = kept.session;
      this.#house.log.warn({ session: id, reason: toAppError(error).message }, 'phrase not heard');
    }
    if (this.#recogniser !== recogniser) return;
    this.#busy = false;
    this.#next();
  }

  #tell(kept: Kept, { fromUs, toUs }: Piece, text: string): void {
    const caption = { sessionId: kept.session.id, text, fromUs, toUs, final: true };
    kept.captions = [...kept.captions, caption].slice(-MOST_KEPT);
    this.#house.onCaption(caption);
  }

  #recogniserChanged(): void {
    for (const { session } of this.#listening) void this.#tellState(session.id);
    this.#next();
  }

  async #tellState(id: SessionId): Promise<void> {
    this.#house.onState(await this.#stateOf(id));
  }

  async #stateOf(sessionId: SessionId): Promise<CaptionsState> {
    const { state, reason } = await this.#recogniserState();
    const kept = this.#kept.get(sessionId);
    const on = kept?.listening !== undefined;
    return { sessionId, on, state, reason, dropped: kept?.dropped ?? 0 };
  }

  async #recogniserState(): Promise<Pick<CaptionsState, 'state' | 'reason'>> {
    if (this.#recogniser) {
      const { name, reason } = this.#recogniser.state;
      return { state: name, reason };
    }
    const { state, reason } = await this.#house.find();
    return { state: state === 'here' ? 'off' : state, reason };
  }
}

/** Hears a session's packets and moods; whole phrases come out. */
function listen(session: CaptionedSession, onPiece: (piece: Piece) => void): Listening {
  const { pipeline } = session;
  const cutter = new PieceCutter(onPiece);
  pipeline.voiceListener = (rtp, timeUs, restart) => {
    // The packet's memory is the receiver's.
    cutter.packet({ rtp: Uint8Array.from(rtp), timeUs, restart });
  };
  const leave = session.onMood(({ events, ...mood }) => {
    cutter.mark({ ...mood, phraseEnd: events.phraseEnd });
  });
  return {
    stop: () => {
      leave();
      pipeline.voiceListener = undefined;
    },
  };
}
