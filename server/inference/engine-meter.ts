/** Counts and times what one session does on the engine thread. Engine thread. */
import { Durations } from '../core/percentiles.ts';
import type { EngineStats } from '../session/wires.ts';
import type { QualityLadder } from './quality-ladder.ts';

const TICKS_PER_LEVEL = 3;
const TICKS_PER_STATS = 25;
type Measured = Omit<EngineStats, 'lookaheadMs' | 'body'>;

export type PacketStats = {
  readonly received: number;
  readonly lost: number;
  readonly late: number;
};

export class EngineMeter {
  readonly stages = {
    jitter: new Durations(500),
    decode: new Durations(500),
    lips: new Durations(500),
    motion: new Durations(),
    draw: new Durations(),
    convert: new Durations(),
  };
  /** From a pose's arrival to the drawn frame that shows it first. */
  readonly poseToFrame = new Durations();
  frames = 0;
  #late = 0;
  #repeated = 0;

  frame(what: { readonly late: boolean; readonly repeated: boolean }): void {
    this.frames += 1;
    if (what.late) this.#late += 1;
    if (what.repeated) this.#repeated += 1;
  }

  /** Frames that were never made, since the machine stood still. */
  skipped(ticks: number): void {
    this.#late += ticks;
  }

  get levelDue(): boolean {
    return this.frames % TICKS_PER_LEVEL === 0;
  }

  get statsDue(): boolean {
    return this.frames % TICKS_PER_STATS === 0;
  }

  stats(
    packets: PacketStats,
    drops: { ring: number; poses: number },
    ladder: Pick<QualityLadder, 'rung' | 'downs'>,
  ): Measured {
    const stages = Object.fromEntries(
      Object.entries(this.stages).map(([name, durations]) => [name, durations.summary()]),
    );
    return {
      stages,
      frames: this.frames,
      lateFrames: this.#late,
      repeatedFrames: this.#repeated,
      packetsReceived: packets.received,
      packetsLost: packets.lost,
      packetsLate: packets.late,
      ringDrops: drops.ring,
      poseDrops: drops.poses,
      poseToFrame: this.poseToFrame.summary(),
      quality: ladder.rung,
      qualityDowns: ladder.downs,
    };
  }
}
