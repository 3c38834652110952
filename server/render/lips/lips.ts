/**
 * The seam between a face in a picture and a network that moves its mouth. Lips draw into the
 * picture that a body gives them; they keep nothing from frame to frame but what they computed of
 * the same sound or picture before, so that a frame is the same whoever draws it. Engine thread or
 * drawing thread; owned by the body.
 */
import type { GraphPlace } from '../../inference/graph.ts';
import type { AvatarPack } from '../../inference/pack.ts';
import type { Provider } from '../../protocol/device.ts';
import type { Hearing } from '../body.ts';
import type { StageClock } from '../stage-clock.ts';
import type { LipsFile } from './lips-file.ts';
import type { FaceMarks } from './face-marks.ts';
import { MuseTalkLips } from './musetalk.ts';
import { UltralightLips } from './ultralight.ts';
import { Wav2LipLips } from './wav2lip.ts';

/** An opaque picture that is drawn into. */
export type Canvas = {
  /** RGBA. */
  readonly rgba: Uint8Array;
  readonly width: number;
  readonly height: number;
};

export type LipMoment = {
  readonly timeUs: number;
  /** What `hearing` asks for; undefined when nothing is said. */
  readonly sound: Float32Array | undefined;
  /** Equal for pictures that are equal: what was computed of one may serve again. */
  readonly picture: number;
};

export interface Lips {
  readonly hearing: Hearing;
  /** What the network that draws runs on. */
  readonly device: Provider;
  /** `face` out of the picture, `sound` to features, `network`, and `paste` back into the picture. */
  readonly clock: StageClock;
  /**
   * Moves the mouth of the face at `marks`; in silence it stays as it is. False when the network
   * gave no picture (not a number): nothing was drawn. Rejects when a network didn't run.
   */
  draw(canvas: Canvas, marks: FaceMarks, moment: LipMoment): Promise<boolean>;
  close(): Promise<void>;
}

/** Throws `bad_pack` for graphs that break their contract. */
export function openLips(pack: AvatarPack, file: LipsFile, place: GraphPlace): Promise<Lips> {
  switch (file.kind) {
    case 'wav2lip':
      return Wav2LipLips.open(pack, file, place);
    case 'ultralight':
      return UltralightLips.open(pack, file, place);
    case 'musetalk':
      return MuseTalkLips.open(pack, file, place);
    default:
      return file satisfies never;
  }
}
