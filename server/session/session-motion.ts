/**
 * What moves the avatars of one session: numbers the scripts that are asked for, sends them to the
 * engine, dances, and tells what plays. After the engine was replaced it sends what goes on without
 * end again. Main thread; owned by the session.
 */
import { AppError } from '../core/errors.ts';
import type { HandTempo } from '../motion/dance/tempo.ts';
import {
  prepareScript,
  scriptOfTrack,
  type PlayScript,
  type PlayWhen,
} from '../motion/play-script.ts';
import type { CompiledTemplate } from '../motion/template/compiled-template.ts';
import type {
  MotionPriority,
  MotionScript,
  MotionState,
  MotionTapped,
  TemplateId,
  TemplateSummary,
  Tier,
} from '../protocol/index.ts';
import { DANCE_RANK, Dancer, type DanceFloor } from './dancer.ts';
import { EndlessScripts, type Told } from './endless-scripts.ts';
import type { EngineMotion, MotionCommand } from './wires.ts';

/** What it needs of the session's pipeline. */
export interface MotionStage {
  readonly tier: Tier;
  command(command: MotionCommand): void;
  /** MediaTime of the beat that somebody hears at this server time. */
  beatTimeUs(serverUs: number): number;
  setTempo(tempo: HandTempo | undefined): void;
}

export type SessionMotionOptions = {
  readonly stage: () => MotionStage;
  readonly avatars: number;
  /** Motion templates that are dance steps. */
  readonly danceSteps: () => readonly TemplateSummary[];
  /** Motion templates, ready to play. Throws `template_not_found`. */
  readonly compiled: (id: TemplateId) => Promise<CompiledTemplate>;
  readonly onMotion: (state: Omit<MotionState, 'sessionId'>) => void;
};

export type PlayRequest = {
  readonly when?: PlayWhen | undefined;
  /** The avatar that plays it, from 0; all that move together when absent. */
  readonly avatar?: number | undefined;
};

export class SessionMotion {
  readonly #options: SessionMotionOptions;
  readonly #dancer: Dancer;
  readonly #endless = new EndlessScripts();
  /** What the engine said last; `motion:state` is this and whether it dances. */
  #state: EngineMotion | undefined;
  #scripts = 0;
  #closed = false;

  constructor(options: SessionMotionOptions) {
    this.#options = options;
    this.#dancer = new Dancer(this.#danceFloor(), Math.random);
  }

  /** As Session.play. */
  async play(
    script: MotionScript,
    priority: MotionPriority,
    { when = 'now', avatar }: PlayRequest = {},
  ): Promise<number> {
    this.#requireFull();
    const options = { id: this.#number(), priority, when };
    this.#tell({ script: await prepareScript(script, options, this.#options.compiled), avatar });
    return options.id;
  }

  /** As Session.playTrack. */
  playTrack(track: CompiledTemplate, priority: MotionPriority): number {
    this.#requireFull();
    const id = this.#number();
    this.#tell({ script: scriptOfTrack(track, { id, priority, when: 'now' }), avatar: undefined });
    return id;
  }

  stop(script: number | undefined): void {
    this.#dancer.stopped(script);
    this.#endless.stopped(script);
    this.#stage.command({ type: 'stop', script });
  }

  dance(on: boolean): void {
    if (on) this.#requireFull();
    else this.#stopDanceSteps();
    this.#dancer.set(on);
  }

  tap(atMs: number | undefined): MotionTapped {
    return this.#dancer.tap(atMs);
  }

  setBpm(bpm: number | null): void {
    this.#dancer.setBpm(bpm);
  }

  /** Pose control was switched off: the engine stops what plays. */
  switchedOff(): void {
    this.#dancer.set(false);
    this.#endless.stopped(undefined);
  }

  /** What the engine says of the motion. */
  heard(state: EngineMotion): void {
    this.#state = state;
    this.#endless.heard(state.playing);
    this.#dancer.heard(state.tempo.source !== null);
    this.#announce();
  }

  engineLost(): void {
    this.#endless.lost();
  }

  /** The engine was opened, for the first time or anew; then it knows nothing of all this. */
  engineOpened(): void {
    this.#dancer.restart();
    for (const told of this.#endless.resumed()) this.#tell(told);
  }

  close(): void {
    this.#closed = true;
    this.#dancer.close();
  }

  get #stage(): MotionStage {
    return this.#options.stage();
  }

  #number(): number {
    this.#scripts += 1;
    return this.#scripts;
  }

  #danceFloor(): DanceFloor {
    return {
      beatTimeUs: (serverUs) => this.#stage.beatTimeUs(serverUs),
      setTempo: (tempo) => this.#stage.setTempo(tempo),
      steps: () => this.#options.danceSteps(),
      perform: (script) => this.#perform(script),
      stop: (script) => this.#stage.command({ type: 'stop', script }),
      changed: () => this.#announce(),
    };
  }

  /** Dancing is begun again by the dancer, with the next beat, so nothing is kept of it. */
  async #perform(script: MotionScript): Promise<number> {
    this.#requireFull();
    const options = { id: this.#number(), priority: 'trigger', when: 'now' } as const;
    const prepared = await prepareScript(script, options, this.#options.compiled);
    const dance: PlayScript = { ...prepared, rank: DANCE_RANK, round: true };
    this.#stage.command({ type: 'play', script: dance, avatar: undefined });
    return options.id;
  }

  /** Also those that were asked for one by one. */
  #stopDanceSteps(): void {
    const steps = new Set<string>(this.#options.danceSteps().map(({ id }) => id));
    for (const { template, script } of this.#state?.playing ?? []) {
      if (!steps.has(template)) continue;
      this.#endless.stopped(script);
      this.#stage.command({ type: 'stop', script });
    }
  }

  #announce(): void {
    if (!this.#state || this.#closed) return;
    this.#options.onMotion({ ...this.#state, dancing: this.#dancer.dancing });
  }

  #tell({ script, avatar }: Told): void {
    const { avatars } = this.#options;
    if (avatar !== undefined && avatar >= avatars) {
      throw new AppError(
        'bad_request',
        `There is no avatar ${avatar}; there are ${avatars}, from 0`,
      );
    }
    this.#endless.told({ script, avatar });
    this.#stage.command({ type: 'play', script, avatar });
  }

  #requireFull(): void {
    if (this.#stage.tier === 'full') return;
    throw new AppError(
      'conflict',
      "Pose control is off: the session's tier is 'basic'; set it to 'full' with motion:tier",
    );
  }
}
