/**
 * A photo that speaks: the picture's own pixels on a mesh that ARKit weights and the head's angles
 * move, with the mouth's inside drawn behind it. No network, no random numbers. Engine thread; one
 * per session, which owns it.
 */
import type { AvatarPack } from '../../inference/pack.ts';
import { ARKIT } from '../../protocol/arkit.ts';
import { BODY, type Pose } from '../../protocol/pose.ts';
import type { Body } from '../body.ts';
import type { Size } from '../picture/still.ts';
import { faceFrame, photoSmile, type FaceFrame } from './face-frame.ts';
import { FACE_POINTS } from './landmarks.ts';
import { CORNER_FLOATS, MeshPainter } from './mesh-painter.ts';
import { paintMouthParts, PATCHES_HEIGHT, PATCHES_WIDTH } from './mouth-parts.ts';
import { MEET_LOWER, MEET_UPPER, MUSCLE_COUNT, muscles, type Muscle } from './muscles.ts';
import { HeadTurn } from './head-turn.ts';
import { photoLayers, placePhoto, type Placement } from './photo-layers.ts';
import { photoMesh, type Corner, type PhotoMesh } from './photo-mesh.ts';
import { readPhoto, type Photo } from './photo-file.ts';

/** A person's shoulders beside the width of the face. */
const SHOULDERS = 2.7;
/** Rows under the photo that repeat its last one: what shoulders that rise bring into sight. */
const FOOT = 64;
const SMILES = [ARKIT.mouthSmileLeft, ARKIT.mouthSmileRight] as const;
const SIDES = ['Right', 'Left'] as const;
const LOOKS = Object.fromEntries(
  SIDES.map((side) => [
    side,
    {
      In: ARKIT[`eyeLookIn${side}`],
      Out: ARKIT[`eyeLookOut${side}`],
      Up: ARKIT[`eyeLookUp${side}`],
      Down: ARKIT[`eyeLookDown${side}`],
    },
  ]),
) as Record<(typeof SIDES)[number], Record<'In' | 'Out' | 'Up' | 'Down', number>>;
/** How much of the photo's smile a mouth that is open or round gives up. */
const UNSMILE = { open: 0.5, round: 1.1 } as const;

export class PhotoBody implements Body {
  readonly width: number;
  readonly height: number;
  readonly #frame: FaceFrame;
  readonly #mesh: PhotoMesh;
  readonly #muscles: readonly Muscle[];
  readonly #painter: MeshPainter;
  readonly #behind: Uint8Array;
  readonly #smile: number;
  readonly #weights = new Float32Array(MUSCLE_COUNT);
  readonly #ways: Float32Array;
  readonly #tables: ReturnType<typeof tablesOf>;
  readonly #turn: HeadTurn;
  readonly #looks = new Float32Array(6);
  readonly #lifts = new Float32Array(2);

  /** Throws `bad_pack`. */
  static open(pack: AvatarPack, size: Size): PhotoBody {
    return new PhotoBody(readPhoto(pack), size);
  }

  constructor(photo: Photo, size: Size) {
    this.width = size.width;
    this.height = size.height;
    const place = placePhoto(photo, size);
    const points = onPicture(photo, place);
    this.#frame = faceFrame(points);
    this.#smile = photoSmile(points, this.#frame);
    const layers = photoLayers(photo, place, size);
    this.#behind = layers.behind;
    const ground = {
      points,
      frame: this.#frame,
      size,
      partsAt: size.height + FOOT,
      apart: layers.apart,
    };
    this.#mesh = photoMesh(ground);
    const { corners, triangles } = this.#mesh;
    this.#muscles = muscles(points, this.#frame, corners);
    this.#ways = new Float32Array(corners.length * 3);
    this.#tables = tablesOf(corners);
    this.#turn = new HeadTurn(this.#frame);
    const texture = {
      width: Math.max(size.width, PATCHES_WIDTH),
      height: size.height + FOOT + PATCHES_HEIGHT,
    };
    this.#painter = new MeshPainter(size, texture, corners.length, triangles);
    paintTexture(this.#painter.texture, texture.width, { person: layers.person, size, points });
    corners.forEach(({ u, v, opacity }, i) => {
      this.#painter.corners.set([0, 0, u, v, opacity], i * CORNER_FLOATS);
    });
  }

  draw(pose: Pose): Uint8Array {
    this.#painter.target.set(this.#behind);
    this.#weigh(pose.face);
    this.#pull();
    this.#place(pose);
    this.#painter.draw(this.#mesh.triangles.length);
    return this.#painter.target;
  }

  follow(): void {
    // Nothing swings on: a frame is its pose.
  }

  poseAt(x: number, y: number): { readonly x: number; readonly y: number } {
    const { mouth, width, height } = this.#frame;
    const shoulders = SHOULDERS * width;
    const neckY = mouth[1] + 0.75 * height;
    return { x: (x * this.width - mouth[0]) / shoulders, y: (y * this.height - neckY) / shoulders };
  }

  close(): void {
    // The painter's memory goes with the object; nothing else is held.
  }

  /** ARKit's weights, less what the photo does already, and how far the lips must meet. */
  #weigh(face: Float32Array): void {
    const weights = this.#weights;
    weights.fill(0);
    weights.set(face);
    const round = face[ARKIT.mouthPucker]! + face[ARKIT.mouthFunnel]!;
    const given =
      this.#smile *
      Math.min(1, UNSMILE.round * round + UNSMILE.open * Math.min(1, 2.2 * face[ARKIT.jawOpen]!));
    for (const index of SMILES) weights[index] = Math.max(0, face[index]! - this.#smile) - given;
    const pressed = Math.max(face[ARKIT.mouthPressLeft]!, face[ARKIT.mouthPressRight]!);
    const rolled = Math.max(face[ARKIT.mouthRollLower]!, face[ARKIT.mouthRollUpper]!);
    const together = Math.max(0, 1 - 4 * face[ARKIT.jawOpen]!);
    weights[MEET_UPPER] = together * Math.min(1, 2.4 * pressed + face[ARKIT.mouthPucker]! * 0.8);
    weights[MEET_LOWER] = Math.max(
      weights[MEET_UPPER],
      Math.min(1, 1.5 * rolled) * Math.max(0, 1 - 2 * face[ARKIT.jawOpen]!),
    );
    for (const side of ['Left', 'Right'] as const) {
      const blink = ARKIT[`eyeBlink${side}`];
      // Lids that are shut go no further down with the glance.
      for (const name of ['LookDown', 'Squint', 'Wide'] as const) {
        weights[ARKIT[`eye${name}${side}`]]! *= 1 - face[blink]!;
      }
    }
  }

  #pull(): void {
    const ways = this.#ways;
    ways.fill(0);
    for (let m = 0; m < MUSCLE_COUNT; m += 1) {
      const weight = this.#weights[m]!;
      if (weight === 0) continue;
      const { points, ways: own } = this.#muscles[m]!;
      for (let i = 0; i < points.length; i += 1) {
        const at = points[i]! * 3;
        ways[at]! += weight * own[i * 3]!;
        ways[at + 1]! += weight * own[i * 3 + 1]!;
        ways[at + 2]! += weight * own[i * 3 + 2]!;
      }
    }
  }

  /** Every corner where muscles, head and shoulders take it. */
  #place(pose: Pose): void {
    const { corners } = this.#painter;
    const { at, follows, head, shoulders, eyes, fades } = this.#tables;
    const turn = this.#turn;
    turn.set(pose.head);
    this.#lift(pose);
    this.#look();
    const ways = this.#ways;
    const open = Math.min(1, this.#weights[ARKIT.jawOpen]! * 5);
    const middle = this.#frame.mouth[0];
    for (let i = 0; i < follows.length; i += 1) {
      const way = follows[i]! * 3;
      const eye = eyes[i]! * 2;
      const x = at[i * 3]! + (way < 0 ? 0 : ways[way]!) + this.#looks[eye]!;
      const y = at[i * 3 + 1]! + (way < 0 ? 0 : ways[way + 1]!) + this.#looks[eye + 1]!;
      const z = at[i * 3 + 2]! + (way < 0 ? 0 : ways[way + 2]!);
      turn.apply(x, y, z);
      const to = i * CORNER_FLOATS;
      corners[to] = x + (turn.x - x) * head[i]!;
      corners[to + 1] =
        y + (turn.y - y) * head[i]! + shoulders[i]! * this.#lifts[x < middle ? 0 : 1]!;
      if (fades[i] === 1) corners[to + 4] = 1 - open;
      else if (fades[i] === 2) corners[to + 4] = Math.max(0, open * 1.5 - 0.5);
    }
  }

  /** By how much each iris moves, pixels; the first pair, of all that are no iris, stays 0. */
  #look(): void {
    const reach = 0.042 * this.#frame.width;
    const w = this.#weights;
    for (const [eye, side] of SIDES.entries()) {
      const { In, Out, Up, Down } = LOOKS[side];
      const sign = side === 'Left' ? 1 : -1;
      this.#looks[eye * 2 + 2] = sign * reach * (w[Out]! - w[In]!);
      this.#looks[eye * 2 + 3] = reach * 0.7 * (w[Down]! - w[Up]!);
    }
  }

  /** By how much each shoulder goes down, pixels. */
  #lift({ body }: Pose): void {
    const width = SHOULDERS * this.#frame.width;
    const most = Math.min(0.2 * width, FOOT - 4);
    const down = (y: number): number => Math.max(-most, Math.min(most, y * width));
    this.#lifts[0] = down(body[BODY.rightShoulder * 3 + 1]!);
    this.#lifts[1] = down(body[BODY.leftShoulder * 3 + 1]!);
  }
}

/** The mesh's corners as numbers side by side, read for every frame. */
function tablesOf(corners: readonly Corner[]) {
  return {
    at: Float32Array.from(corners.flatMap(({ at }) => [...at])),
    follows: Int16Array.from(corners, ({ follows }) => follows ?? -1),
    head: Float32Array.from(corners, ({ head }) => head),
    shoulders: Float32Array.from(corners, ({ shoulders }) => shoulders),
    eyes: Uint8Array.from(corners, ({ iris }) =>
      iris === undefined ? 0 : iris === 'right' ? 1 : 2,
    ),
    fades: Uint8Array.from(corners, ({ fade }) => (fade === 'none' ? 0 : fade === 'teeth' ? 1 : 2)),
  };
}

/** Landmarks in pixels of the picture that is drawn. */
function onPicture({ points, picture }: Photo, { scale, x, y }: Placement): Float32Array {
  const out = new Float32Array(FACE_POINTS * 3);
  for (let i = 0; i < out.length; i += 3) {
    out[i] = points[i]! * picture.width * scale + x;
    out[i + 1] = points[i + 1]! * picture.height * scale + y;
    out[i + 2] = points[i + 2]! * picture.width * scale;
  }
  return out;
}

/** The person, and beneath it the parts of the mouth in the light of the face. */
function paintTexture(
  texture: Uint8Array,
  stride: number,
  { person, size, points }: { person: Uint8Array; size: Size; points: Float32Array },
): void {
  for (let y = 0; y < size.height + FOOT; y += 1) {
    const from = Math.min(size.height - 1, y) * size.width * 4;
    texture.set(person.subarray(from, from + size.width * 4), y * stride * 4);
  }
  paintMouthParts(texture, stride, size.height + FOOT, faceLight(person, size, points));
}

/** How light the brighter half of the skin is, 0.45..1.1. */
function faceLight(person: Uint8Array, { width, height }: Size, points: Float32Array): number {
  const lights: number[] = [];
  for (const landmark of [50, 280, 151, 4, 199, 205, 425]) {
    const x = Math.max(0, Math.min(width - 1, Math.round(points[landmark * 3]!)));
    const y = Math.max(0, Math.min(height - 1, Math.round(points[landmark * 3 + 1]!)));
    const at = (y * width + x) * 4;
    lights.push(0.3 * person[at]! + 0.59 * person[at + 1]! + 0.11 * person[at + 2]!);
  }
  lights.sort((a, b) => a - b);
  return Math.max(0.45, Math.min(1.1, lights[Math.floor(lights.length * 0.6)]! / 190));
}
