/**
 * What one session shows: takes wishes for scenes and slides, gets them ready one after the other
 * (only the newest wish counts), and tells how it went. Main thread; owned by the session.
 */
import { AppError, toAppError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import type { SessionId } from '../protocol/ids.ts';
import {
  type SessionScene,
  type RegionChoice,
  type Scene,
  type SceneId,
  type SceneStanding,
  type SceneSwitch,
  type SlideRegion,
  type SlideTurn,
} from '../protocol/scene.ts';
import type { ReadyLook } from '../render/scene/look.ts';
import type { ShownScene } from '../session/input-tap.ts';
import type { LookChange } from '../session/wires.ts';
import type { LookMaker, MadeLook } from './look-maker.ts';
import type { SceneVideos, SessionVideo } from './scene-videos.ts';

/** What sessions share. */
export type SceneHouse = {
  readonly find: (id: SceneId) => Scene;
  readonly maker: LookMaker;
  readonly videos: SceneVideos;
  /** Hears which scene was changed; returns what takes the listener off. */
  readonly onSceneChange: (listener: (id: SceneId) => void) => () => void;
};

export type SessionScenesOptions = {
  readonly session: SessionId;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly show: (change: LookChange, shown: ShownScene) => void;
  /** The state has changed. */
  readonly onChange: () => void;
  readonly log: Logger;
};

type Wish = {
  readonly id: SceneId | null;
  /** In place of a preset's name: a scene that is none of this server. */
  readonly own?: Scene;
  readonly slide: number;
  readonly fadeMs: number;
};

const NOTHING: Wish = { id: null, slide: 0, fadeMs: 0 };
/** A fade uses the video of the scene before until it is over. */
const FADE_SLACK_MS = 400;

export class SessionScenes {
  readonly #house: SceneHouse;
  readonly #options: SessionScenesOptions;
  readonly #off: (() => void)[];
  #wish: Wish = NOTHING;
  #shown: Wish = NOTHING;
  #regions: readonly SlideRegion[] = [];
  #problems: readonly string[] = [];
  #videoProblem = '';
  #video: SessionVideo | undefined;
  #working: Promise<void> | undefined;
  readonly #leaving = new Map<SessionVideo, NodeJS.Timeout>();
  #closed = false;

  constructor(house: SceneHouse, options: SessionScenesOptions) {
    this.#house = house;
    this.#options = options;
    this.#off = [
      house.onSceneChange((id) => this.#changed(id)),
      house.videos.onChange(() => this.#sourcesChanged()),
    ];
  }

  get state(): SessionScene {
    const { id, slide } = this.#shown;
    const scene = this.#find(this.#shown);
    return {
      id: scene ? id : null,
      title: scene?.title ?? '',
      slide: scene ? slide : 0,
      slides: scene?.slides.length ?? 0,
      regions: [...this.#regions],
      problem: [...this.#problems, this.#videoProblem].filter((each) => each !== '').join(' '),
    };
  }

  /** Resolves when it is shown. Throws `not_found`. */
  show({ scene: id, slide, fadeMs }: SceneSwitch): Promise<void> {
    const scene = id === null ? undefined : this.#house.find(id);
    const slides = scene?.slides.length ?? 0;
    if (slide !== undefined && slide > slides) {
      throw new AppError('not_found', `The scene has ${slides} slides; there is no slide ${slide}`);
    }
    const at = slide ?? (id === this.#wish.id ? this.#wish.slide : 1);
    return this.#want({ id, slide: Math.min(at, slides), fadeMs: fadeMs ?? scene?.fadeMs ?? 400 });
  }

  /** Shows a scene that is no preset, from a take; resolves when it is shown. */
  showOwn({ scene, slide, fadeMs }: ShownScene): Promise<void> {
    return this.#want({ id: null, ...(scene && { own: scene }), slide, fadeMs });
  }

  /** Turns to another slide; past the first and the last it stays. Throws `not_found`. */
  turn(turn: SlideTurn): Promise<void> {
    const { slide } = this.#wish;
    const scene = this.#find(this.#wish);
    const slides = scene?.slides.length ?? 0;
    if (!scene || slides === 0) {
      throw new AppError('not_found', 'The scene that is shown has no slides');
    }
    const wanted = turn === 'next' ? slide + 1 : turn === 'previous' ? slide - 1 : turn;
    if (typeof turn === 'number' && turn > slides) {
      throw new AppError('not_found', `The scene has ${slides} slides; there is no slide ${turn}`);
    }
    const at = Math.max(1, Math.min(slides, wanted));
    return this.#want({ ...this.#wish, slide: at, fadeMs: scene.fadeMs });
  }

  /** Middle of a region of the slide, in shares of the picture. Throws `not_found`. */
  region(choice: RegionChoice): { readonly x: number; readonly y: number } {
    const region = findRegion(this.#regions, choice);
    if (!region) {
      const names = this.#regions.map(
        ({ name }, i) => `${i + 1}${name === '' ? '' : ` (${name})`}`,
      );
      throw new AppError(
        'not_found',
        `The slide has no region '${choice}'; it has: ${names.join(', ') || 'none'}`,
      );
    }
    return middleOf(region);
  }

  /** Middles of the regions, in their order; empty where none are drawn. */
  get places(): readonly { readonly x: number; readonly y: number; readonly name: string }[] {
    return this.#regions.map((region) => ({ ...middleOf(region), name: region.name }));
  }

  /** Where the scene puts the first avatar. */
  get standing(): SceneStanding | undefined {
    return this.#find(this.#shown)?.avatars[0];
  }

  /** The engine could not show the look it was given. */
  failed(reason: string): void {
    this.#problems = [reason];
    this.#options.onChange();
  }

  /** Resolves when no video of it runs any more. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const off of this.#off) off();
    await this.#working;
    for (const timer of this.#leaving.values()) clearTimeout(timer);
    const videos = [...this.#leaving.keys(), ...(this.#video ? [this.#video] : [])];
    await Promise.all(videos.map((video) => video.close()));
  }

  #find({ id, own }: Wish): Scene | undefined {
    if (own) return own;
    try {
      return id === null ? undefined : this.#house.find(id);
    } catch {
      // Deleted while it was shown: the session goes on without.
      return undefined;
    }
  }

  /** One at a time; wishes that were overtaken are never made. */
  async #want(wish: Wish): Promise<void> {
    this.#wish = wish;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
    await this.#working;
  }

  async #work(): Promise<void> {
    let made: Wish | undefined;
    while (made !== this.#wish && !this.#closed) {
      made = this.#wish;
      await this.#make(made);
    }
  }

  async #make(wish: Wish): Promise<void> {
    const { width, height, show, log } = this.#options;
    const scene = this.#find(wish);
    try {
      const video = await this.#videoFor(scene);
      const size = { width, height, slide: wish.slide };
      const made: MadeLook | undefined =
        scene && (await this.#house.maker.make({ scene, ...size, moving: video !== undefined }));
      // Something newer is wanted, or nothing any more.
      if (this.#closed) return;
      if (wish === this.#wish) {
        const look: ReadyLook | undefined = made && { ...made.look, video: video?.ring };
        const { slide, fadeMs } = wish;
        show({ look, fadeMs }, { scene, slide, fadeMs });
        this.#became(wish, made);
        if (scene) this.#warm(scene, wish.slide);
      }
    } catch (error) {
      log.warn({ err: error }, 'a scene could not be made ready');
      this.#problems = [toAppError(error).message];
    }
    this.#options.onChange();
  }

  #became(wish: Wish, made: MadeLook | undefined): void {
    this.#shown = wish;
    this.#regions = made?.regions ?? [];
    this.#problems = made?.problems ?? [];
  }

  #warm(scene: Scene, slide: number): void {
    const { width, height } = this.#options;
    for (const near of [slide + 1, slide - 1]) {
      this.#house.maker.warm({ scene, slide: near, width, height, moving: false });
    }
  }

  /** The scene's video with its first picture there; undefined, with a problem, where none comes. */
  async #videoFor(scene: Scene | undefined): Promise<SessionVideo | undefined> {
    const { width, height, fps, session } = this.#options;
    const before = this.#video;
    const frame = { width, height, fps, session };
    const next = scene
      ? await this.#house.videos.open(scene, frame, before, (why) => this.#videoSays(why))
      : { video: undefined, problem: '' };
    if (next.video !== before) this.#leave(before);
    this.#video = next.video;
    this.#videoProblem = next.problem;
    return next.video;
  }

  #videoSays(why: string): void {
    if (why === this.#videoProblem || this.#closed) return;
    this.#videoProblem = why;
    this.#options.onChange();
  }

  #leave(video: SessionVideo | undefined): void {
    if (!video) return;
    const timer = setTimeout(() => {
      this.#leaving.delete(video);
      void video.close();
    }, this.#wish.fadeMs + FADE_SLACK_MS);
    this.#leaving.set(video, timer);
  }

  #changed(id: SceneId): void {
    if (id !== this.#wish.id) return;
    const scene = this.#find(this.#wish);
    const slide = Math.min(Math.max(1, this.#wish.slide), scene?.slides.length ?? 0);
    void this.#want({ id: scene ? id : null, slide, fadeMs: scene?.fadeMs ?? 400 });
  }

  /** A live source came or went that the scene shows. */
  #sourcesChanged(): void {
    const scene = this.#find(this.#wish);
    if (scene?.background.kind === 'live') void this.#want({ ...this.#wish });
  }
}

export function findRegion(
  regions: readonly SlideRegion[],
  choice: RegionChoice,
): SlideRegion | undefined {
  if (typeof choice === 'number') return regions[choice - 1];
  const wanted = choice.trim().toLowerCase();
  return regions.find(({ name }) => name.trim().toLowerCase() === wanted);
}

function middleOf({ x, y, width, height }: SlideRegion): {
  readonly x: number;
  readonly y: number;
} {
  const within = (value: number): number => Math.max(0, Math.min(1, value));
  return { x: within(x + width / 2), y: within(y + height / 2) };
}
