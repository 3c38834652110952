/** What a push goes through to its target. */
import type { MuxTarget } from '../encoder-command.ts';

export interface PushDoor {
  /** What ffmpeg is told. */
  readonly target: MuxTarget;
  /** Whether the target has agreed to take the stream. */
  readonly accepted: boolean;
  /** Why the target does not take it, as a sentence, once that is known. */
  readonly problem: string | undefined;
  /** Bytes that have reached the target so far; a target that takes none any more is wedged. */
  taken(): Promise<number>;
  /** Bytes that the target has room for; undefined where that is not known. */
  room(): Promise<number | undefined>;
  close(): Promise<void>;
}

/** Our own RTMP server: nothing to hide on the way, and it is watched by its owner. */
export function directDoor(url: string): PushDoor {
  return {
    target: { kind: 'rtmp', url },
    accepted: true,
    problem: undefined,
    taken: () => Promise.resolve(Number.NaN),
    room: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
}
