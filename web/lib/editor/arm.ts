/**
 * Where an elbow goes when a wrist is dragged: two bones in the plane, analytically. A picture shows
 * arms foreshortened, so a short distance may bend the elbow or point the arm at the viewer; we bend.
 * https://en.wikipedia.org/wiki/Inverse_kinematics#Analytical_solutions
 */
export type Place = readonly [x: number, y: number];

/** Bone lengths in shoulder widths, of the embedded hosts. */
export const UPPER_ARM = 0.82;
export const FOREARM = 0.74;
/** A straight arm would flip between its two bends. */
const REACH = (UPPER_ARM + FOREARM) * 0.999;

export type Arm = { readonly elbow: Place; readonly wrist: Place };

/** `wanted` comes as near as the arm can reach; the elbow stays on the side where it was. */
export function reach(shoulder: Place, wanted: Place, before: Arm): Arm {
  const [dx, dy] = [wanted[0] - shoulder[0], wanted[1] - shoulder[1]];
  const distance = Math.max(Math.hypot(dx, dy), 1e-6);
  const far = Math.min(distance, REACH);
  const wrist: Place = [shoulder[0] + (dx / distance) * far, shoulder[1] + (dy / distance) * far];
  const along = (UPPER_ARM ** 2 - FOREARM ** 2 + far ** 2) / (2 * far);
  // Nearer than the bones' difference: the forearm is foreshortened, the elbow stays out.
  if (Math.abs(along) > UPPER_ARM) return { elbow: heldElbow(shoulder, before.elbow), wrist };
  const height = Math.sqrt(UPPER_ARM ** 2 - along ** 2);
  const [ux, uy] = [dx / distance, dy / distance];
  const bends: readonly Place[] = [1, -1].map((side) => [
    shoulder[0] + ux * along - uy * height * side,
    shoulder[1] + uy * along + ux * height * side,
  ]);
  const [first, second] = [bends[0]!, bends[1]!];
  const nearer = distanceOf(first, before.elbow) <= distanceOf(second, before.elbow);
  return { elbow: nearer ? first : second, wrist };
}

/** An elbow as far from its shoulder as the bone allows. */
export function heldElbow(shoulder: Place, elbow: Place): Place {
  const [dx, dy] = [elbow[0] - shoulder[0], elbow[1] - shoulder[1]];
  const length = Math.hypot(dx, dy);
  if (length <= UPPER_ARM) return elbow;
  return [shoulder[0] + (dx / length) * UPPER_ARM, shoulder[1] + (dy / length) * UPPER_ARM];
}

function distanceOf(a: Place, b: Place): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
