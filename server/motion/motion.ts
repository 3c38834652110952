/**
 * Everything that moves one avatar, low to high: idle, speech beats and the posture of a mood < the
 * face of a mood < templates, text and triggers < webcam < VMC. Engine thread; owned by the
 * engine's session. To add a source: give it a MixedLayer at its height, and write what it says
 * before `mix` (see ARCHITECTURE.md, Motion).
 */
import { ARKIT } from '../protocol/arkit.ts';
import type { Tier } from '../protocol/motion.ts';
import type { Pose } from '../protocol/pose.ts';
import { Beats } from './beats.ts';
import { IdleMotion, type Speech } from './idle.ts';
import type { LivePose } from './live-pose.ts';
import { MixedLayer, Mixer } from './mixer.ts';
import { MoodSource } from './mood.ts';
import type { MouthSeen } from './mouth-fusion.ts';
import type { Place } from './playback.ts';
import { Player } from './player.ts';

/** Longer than this between two frames, blends go on as if it had been this long. */
const MOST_STEP_SECONDS = 0.1;

export type MotionOptions = {
  readonly seed: number;
  /** Pose coordinates of a place on the canvas (0..1 from the upper left). */
  readonly placeOf: (at: { readonly x: number; readonly y: number }) => Place;
  /** Live sources, low to high; avatars of one session may share them. */
  readonly live: readonly LivePose[];
};

export class Motion {
  tier: Tier = 'basic';
  readonly player: Player;
  /** What sources said about the mouth in the last update. */
  readonly mouthSeen = { live: 0, played: 0 } satisfies MouthSeen;
  readonly #idle: IdleMotion;
  readonly #beats: Beats;
  readonly #mood = new MoodSource();
  readonly #mixer = new Mixer();
  readonly #live: readonly LivePose[];
  readonly #liveLayers: readonly MixedLayer[];
  readonly #layers: MixedLayer[];
  #lastSeconds = Number.NaN;

  constructor({ seed, placeOf, live }: MotionOptions) {
    this.#idle = new IdleMotion(seed);
    this.#beats = new Beats(seed);
    this.player = new Player(placeOf);
    this.#live = live;
    this.#liveLayers = live.map(() => new MixedLayer());
    this.#layers = [this.#mood.layer, ...this.player.layers, ...this.#liveLayers];
  }

  /** Writes the pose of this time (MediaTime) into `out`. */
  update(timeSeconds: number, speech: Speech, out: Pose): void {
    const elapsed = timeSeconds - this.#lastSeconds;
    this.#lastSeconds = timeSeconds;
    const dtSeconds = elapsed > 0 ? Math.min(elapsed, MOST_STEP_SECONDS) : 0;
    this.#idle.update(timeSeconds, speech, out);
    this.#beats.add(timeSeconds, speech, out);
    if (this.tier === 'basic' && this.player.busy) this.player.stop();
    this.player.update(timeSeconds);
    this.#mood.set(this.player.emotion);
    this.#mood.add(dtSeconds, out);
    this.#sampleLive(timeSeconds);
    // The player's layers change their order when a step starts.
    for (let i = 0; i < this.player.layers.length; i += 1) {
      this.#layers[i + 1] = this.player.layers[i]!;
    }
    this.#mixer.mix(out, this.#layers, dtSeconds, out);
    this.mouthSeen.live = jawWeight(this.#liveLayers);
    this.mouthSeen.played = jawWeight(this.player.layers);
  }

  #sampleLive(timeSeconds: number): void {
    for (let i = 0; i < this.#live.length; i += 1) {
      const layer = this.#liveLayers[i]!;
      if (this.tier === 'full') this.#live[i]!.sample(timeSeconds, layer.says);
      else layer.fallSilent();
    }
  }
}

/** The jaw stands for the mouth. */
function jawWeight(layers: readonly MixedLayer[]): number {
  let most = 0;
  for (let i = 0; i < layers.length; i += 1) {
    if (layers[i]!.active) most = Math.max(most, layers[i]!.faceWeight(ARKIT.jawOpen));
  }
  return most;
}
