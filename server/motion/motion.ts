/**
 * Everything that moves one avatar, low to high: idle and speech beats < templates, text and
 * triggers < webcam and VMC. Engine thread; owned by the engine's session. To add a source: give it
 * a MixedLayer at its height, and write that layer before `mix` (see ARCHITECTURE.md, Motion).
 */
import type { Tier } from '../protocol/motion.ts';
import type { Pose } from '../protocol/pose.ts';
import type { LiveSource } from '../session/pose-ring.ts';
import { IdleMotion, type Speech } from './idle.ts';
import { LivePose } from './live-pose.ts';
import { MixedLayer, Mixer } from './mixer.ts';

/** Longer than this between two frames, blends go on as if it had been this long. */
const MOST_STEP_SECONDS = 0.1;

export class Motion {
  readonly live: Readonly<Record<LiveSource, LivePose>> = {
    webcam: new LivePose(),
    vmc: new LivePose(),
  };
  tier: Tier = 'basic';
  readonly #idle: IdleMotion;
  readonly #mixer = new Mixer();
  readonly #webcam = new MixedLayer();
  readonly #vmc = new MixedLayer();
  readonly #layers: readonly MixedLayer[] = [this.#webcam, this.#vmc];
  #lastSeconds = Number.NaN;

  constructor(seed: number) {
    this.#idle = new IdleMotion(seed);
  }

  /** Writes the pose of this time (MediaTime) into `out`. */
  update(timeSeconds: number, speech: Speech, out: Pose): void {
    this.#idle.update(timeSeconds, speech, out);
    if (this.tier === 'full') {
      this.live.webcam.sample(timeSeconds, this.#webcam.says);
      this.live.vmc.sample(timeSeconds, this.#vmc.says);
    } else {
      for (const layer of this.#layers) layer.fallSilent();
    }
    const elapsed = timeSeconds - this.#lastSeconds;
    this.#lastSeconds = timeSeconds;
    const dtSeconds = elapsed > 0 ? Math.min(elapsed, MOST_STEP_SECONDS) : 0;
    this.#mixer.mix(out, this.#layers, dtSeconds, out);
  }
}
