/**
 * Drives a live session from a take, in real time: what a microphone, a camera and the panel would
 * send goes in where theirs does, behind the network. Main thread; owned by the take library.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { nowUs, US_PER_MS } from '../../core/time.ts';
import type { HandTempo } from '../../motion/dance/tempo.ts';
import type { Pipeline } from '../../session/pipeline.ts';
import type { ShownScene } from '../../session/input-tap.ts';
import type { TakeFile } from './take-file.ts';
import type { TakeRecord } from './take-records.ts';

/** What the player needs of a session. */
export type Player = Pick<
  Pipeline,
  | 'microphone'
  | 'music'
  | 'poses'
  | 'command'
  | 'setTempo'
  | 'restyle'
  | 'mediaUs'
  | 'tier'
  | 'present'
>;

/** Shows a scene of the take; what of it can't be shown is the session's to tell. */
export type ShowScene = (shown: ShownScene) => void;

export class TakePlayer {
  readonly #stop = new AbortController();
  /** Resolves at the take's end, or when it was closed. */
  readonly ended: Promise<void>;

  constructor(take: TakeFile, session: Player, show: ShowScene) {
    this.ended = this.#play(take, session, show);
  }

  close(): void {
    this.#stop.abort();
  }

  async #play(take: TakeFile, session: Player, show: ShowScene): Promise<void> {
    const startUs = nowUs();
    session.present(true);
    try {
      for await (const record of take.records()) {
        const aheadMs = (record.arrivalUs - (nowUs() - startUs)) / US_PER_MS;
        if (aheadMs >= 1) await delay(aheadMs, undefined, { signal: this.#stop.signal });
        this.#stop.signal.throwIfAborted();
        if (record.type === 'scene') show(record);
        else give(record, session, startUs);
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    } finally {
      session.present(false);
    }
  }
}

type Given = Exclude<TakeRecord, { readonly type: 'scene' }>;

function give(record: Given, session: Player, startUs: number): void {
  switch (record.type) {
    case 'packet':
      session.microphone.receive(record.rtp);
      return;
    case 'music':
      session.music.receive(record.rtp);
      return;
    case 'tempo':
      session.setTempo(
        record.tempo && movedTempo(record.tempo, session.mediaUs - record.arrivalUs),
      );
      return;
    case 'pose': {
      const timeUs = Math.max(0, startUs + record.timeUs);
      session.poses.accept({ ...record.pose, timeUs }, record.source, nowUs());
      return;
    }
    case 'play':
      session.command({ type: 'play', script: record.script, avatar: record.avatar });
      return;
    case 'stop':
      session.command({ type: 'stop', script: record.script });
      return;
    case 'style':
      session.restyle(record.style);
      return;
    case 'tier':
      session.tier = record.tier;
      return;
    default:
      record satisfies never;
  }
}

/** `byUs`: MediaTime of the take's start. */
function movedTempo({ bpm, beatUs }: HandTempo, byUs: number): HandTempo {
  return { bpm, beatUs: beatUs + byUs };
}
