/**
 * Several bodies in one picture, drawn one over the other, first to last. A body is drawn at its own
 * size on its own canvas and laid over the picture where it stands. One body that fills the picture
 * is handed through and costs nothing more. Engine thread; owned by the engine's session.
 */
import type { AvatarPack } from '../inference/pack.ts';
import type { DiffusionChange } from '../protocol/diffusion.ts';
import type { Gesture } from '../protocol/motion-state.ts';
import type { Pose } from '../protocol/pose.ts';
import type { SceneStanding } from '../protocol/scene.ts';
import { partHeard } from '../speech/ear.ts';
import type { Body, BodyHealth, BodyPlace, Hearing } from './body.ts';
import { openBody } from './open-body.ts';

export type Standing = {
  /** Where its middle stands, 0..1 of the picture's width. */
  readonly x: number;
  /** Its height as a share of the picture's. */
  readonly scale: number;
  /** Drawn as in a mirror. */
  readonly mirrored: boolean;
  /** It says nothing, whatever the voice says. */
  readonly silent?: boolean;
  /** Where its lower edge lies, as a share of the picture's height; without one, at the bottom. */
  readonly bottom?: number | undefined;
};

export type Place = { readonly x: number; readonly y: number };

/** Width of a body's canvas against its height, where arms stretched out still find room. */
const ROOM = 1.7;

/** Who stands where. */
type Cast = readonly (Standing & { readonly pack: AvatarPack })[];

type Actor = {
  readonly standing: Standing;
  readonly body: Body;
  readonly left: number;
  readonly top: number;
  readonly mirrored: boolean;
  readonly silent: boolean;
};

export class Stage {
  readonly #place: BodyPlace;
  readonly #width: number;
  readonly #height: number;
  /** As they stand where no scene says otherwise. */
  readonly #cast: Cast;
  #actors: readonly Actor[];
  /** What was changed of those that are told in words; a body that is opened anew hears it again. */
  #style: DiffusionChange = {};
  #words = new Uint32Array(0);
  #picture = new Uint8Array(0);
  /** The widest of those that listen; undefined when nobody does. */
  readonly hearing: Hearing | undefined;

  private constructor(place: BodyPlace, cast: Cast, actors: readonly Actor[]) {
    this.#place = place;
    this.#width = place.width;
    this.#height = place.height;
    this.#cast = cast;
    this.#actors = actors;
    this.#makeRoom();
    this.hearing = widest(actors);
  }

  /** Throws `bad_pack`. */
  static async open(cast: Cast, place: BodyPlace): Promise<Stage> {
    return new Stage(place, cast, await openActors(cast, place));
  }

  /** Whether somebody would have to stand elsewhere for a scene. */
  wouldMove(wanted: readonly SceneStanding[]): boolean {
    return this.#cast.some(
      (own, i) => !isSame({ ...own, ...wanted[i] }, this.#actors[i]!.standing),
    );
  }

  /**
   * Puts them where a scene wants them, those it doesn't name where they stood at first, from the
   * next picture on. Bodies of another size are opened anew.
   */
  async rearrange(wanted: readonly SceneStanding[]): Promise<void> {
    if (!this.wouldMove(wanted)) return;
    const cast = this.#cast.map((own, i) => ({ ...own, ...wanted[i] }));
    const before = this.#actors;
    this.#actors = await openActors(cast, this.#place, before);
    for (const { body } of this.#actors)
      if (!before.some((own) => own.body === body)) body.change?.(this.#style);
    this.#makeRoom();
    const kept = new Set(this.#actors.map(({ body }) => body));
    for (const { body } of before) if (!kept.has(body)) body.close();
  }

  get size(): number {
    return this.#actors.length;
  }

  /** Whether anybody wants to know what is played: see `perform`. */
  get performs(): boolean {
    return this.#actors.some(({ body }) => body.perform !== undefined);
  }

  /** Tells everybody, first to last, what they play at this time; before each `draw` and `follow`. */
  perform(gestures: readonly (readonly Gesture[])[], timeSeconds: number): void {
    for (const [i, { body }] of this.#actors.entries()) body.perform?.(gestures[i]!, timeSeconds);
  }

  /** Another prompt, strength or seed of those that are told in words. */
  restyle(change: DiffusionChange): void {
    this.#style = { ...this.#style, ...change };
    for (const { body } of this.#actors) body.change?.(change);
  }

  /** How the networks fare: of the first body that has some, or of one in trouble. */
  get health(): BodyHealth | undefined {
    const all = this.#actors.flatMap(({ body }) => body.health ?? []);
    return all.find(({ problem }) => problem !== '') ?? all[0];
  }

  /** Whether `drawLips` is there for all of them. */
  get canDrawLips(): boolean {
    return this.#actors.every(({ body }) => body.drawLips !== undefined);
  }

  /**
   * Premultiplied RGBA of all, each in its pose; valid until the next call, which must wait for
   * this. `sound`: what `hearing` asks for.
   */
  draw(poses: readonly Pose[], timeSeconds: number, sound?: Float32Array): Promise<Uint8Array> {
    return this.#compose((actor, i) =>
      actor.body.draw(poses[i]!, timeSeconds, this.#heardBy(actor, sound)),
    );
  }

  /** Only the mouths anew, over what was drawn last; where `canDrawLips`. */
  drawLips(poses: readonly Pose[], timeSeconds: number, sound?: Float32Array): Promise<Uint8Array> {
    return this.#compose((actor, i) =>
      actor.body.drawLips!(poses[i]!, timeSeconds, this.#heardBy(actor, sound)),
    );
  }

  /** What `draw` does to hair and the like, without the picture. */
  follow(poses: readonly Pose[], timeSeconds: number): void {
    for (const [i, { body }] of this.#actors.entries()) body.follow(poses[i]!, timeSeconds);
  }

  /** Where a place in the picture (0..1) lies in the pose coordinates of one of its bodies. */
  poseAt(index: number, at: Place): Place {
    const { body, left, top, mirrored } = this.#actors[index]!;
    const x = (at.x * this.#width - left) / body.width;
    const y = (at.y * this.#height - top) / body.height;
    return body.poseAt(mirrored ? 1 - x : x, y);
  }

  close(): void {
    for (const { body } of this.#actors) body.close();
  }

  #makeRoom(): void {
    const pixels = this.#isSingle ? 0 : this.#width * this.#height;
    if (this.#words.length === pixels) return;
    this.#words = new Uint32Array(pixels);
    this.#picture = new Uint8Array(this.#words.buffer);
  }

  get #isSingle(): boolean {
    const [first] = this.#actors;
    return (
      this.#actors.length === 1 &&
      !first!.mirrored &&
      first!.left === 0 &&
      first!.top === 0 &&
      first!.body.width === this.#width &&
      first!.body.height === this.#height
    );
  }

  #heardBy({ body, silent }: Actor, sound: Float32Array | undefined): Float32Array | undefined {
    if (!sound || !body.hearing || silent) return undefined;
    return partHeard(sound, this.hearing!, body.hearing);
  }

  async #compose(
    drawn: (actor: Actor, index: number) => Uint8Array | Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    if (this.#isSingle) return drawn(this.#actors[0]!, 0);
    this.#words.fill(0);
    for (const [i, actor] of this.#actors.entries()) this.#lay(await drawn(actor, i), actor);
    return this.#picture;
  }

  /** Source over (Porter & Duff 1984), premultiplied, cut to the picture. */
  #lay(rgba: Uint8Array, { body, left, top, mirrored }: Actor): void {
    const source = new Uint32Array(rgba.buffer, rgba.byteOffset, body.width * body.height);
    const fromX = Math.max(0, -left);
    const toX = Math.min(body.width, this.#width - left);
    const toY = Math.min(body.height, this.#height - top);
    for (let y = Math.max(0, -top); y < toY; y += 1) {
      // A mirrored row is read from its end.
      const row = mirrored ? (y + 1) * body.width - 1 : y * body.width;
      const target = (y + top) * this.#width + left;
      for (let x = fromX; x < toX; x += 1) {
        const pixel = source[mirrored ? row - x : row + x]!;
        if (pixel === 0) continue;
        const alpha = pixel >>> 24;
        this.#words[target + x] =
          alpha === 255 ? pixel : pixel + faded(this.#words[target + x]!, 255 - alpha);
      }
    }
  }
}

/** `open`: bodies that are there already, kept where the size is theirs. */
async function openActors(
  cast: Cast,
  place: BodyPlace,
  open: readonly Actor[] = [],
): Promise<Actor[]> {
  const actors: Actor[] = [];
  try {
    for (const [i, { pack, ...standing }] of cast.entries()) {
      const { mirrored, silent = false } = standing;
      const { left, top, width, height } = spotOf(standing, place, cast.length === 1);
      const old = open[i]?.body;
      const fits = old?.width === width && old.height === height;
      const body = fits ? old : await openBody(pack, { ...place, width, height });
      actors.push({ standing, body, left, top, mirrored, silent });
    }
  } catch (error) {
    const old = new Set(open.map(({ body }) => body));
    for (const { body } of actors) if (!old.has(body)) body.close();
    throw error;
  }
  return actors;
}

function spotOf({ x, scale, mirrored, bottom = 1 }: Standing, place: BodyPlace, alone: boolean) {
  const whole = alone && scale === 1 && x === 0.5 && bottom === 1 && !mirrored;
  const height = whole ? place.height : even(place.height * scale);
  const width = whole ? place.width : even(Math.max(height * ROOM, place.width * scale));
  const left = Math.round(place.width * x - width / 2);
  return { left, top: Math.round(place.height * bottom) - height, width, height };
}

function isSame(a: Standing, b: Standing): boolean {
  return a.x === b.x && a.scale === b.scale && (a.bottom ?? 1) === (b.bottom ?? 1);
}

function widest(actors: readonly Actor[]): Hearing | undefined {
  const all = actors.flatMap(({ body, silent }) => (body.hearing && !silent ? [body.hearing] : []));
  if (all.length === 0) return undefined;
  return {
    beforeMs: Math.max(...all.map(({ beforeMs }) => beforeMs)),
    afterMs: Math.max(...all.map(({ afterMs }) => afterMs)),
  };
}

/** A premultiplied pixel times share / 255, two channels at a time; (v * 257 + 256) >> 16 ~ v / 255. */
function faded(pixel: number, share: number): number {
  const even = scale(pixel & 0x00ff00ff, share);
  const odd = scale((pixel >>> 8) & 0x00ff00ff, share);
  return (even | (odd << 8)) >>> 0;
}

function scale(pair: number, share: number): number {
  const low = (pair & 0xff) * share + 128;
  const high = (pair >>> 16) * share + 128;
  return ((low + (low >> 8)) >> 8) | (((high + (high >> 8)) >> 8) << 16);
}

function even(value: number): number {
  return Math.max(4, Math.round(value / 2) * 2);
}
