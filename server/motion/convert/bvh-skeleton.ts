/** Which joints of a BVH file are ours, by the names that tools give them. */
import { MotionDataError } from '../template/motion-data-error.ts';
import type { Bvh } from './bvh-parse.ts';

export type LimbRole = 'shoulder' | 'elbow' | 'wrist' | 'hip' | 'knee' | 'ankle';
export type SideJoints = { readonly [role in LimbRole]: number | undefined } & {
  readonly shoulder: number;
  readonly elbow: number;
  readonly wrist: number;
};
/** Indexes into the joints of a file. */
export type Skeleton = {
  readonly left: SideJoints;
  readonly right: SideJoints;
  readonly head: number | undefined;
  readonly root: number;
};

/**
 * Dialects, the more telling first: in Mixamo's and Rokoko's the "shoulder" is the collar bone, in
 * CMU's and Biovision's the upper arm. Names are compared without case, spaces, signs and prefixes;
 * S stands for the side.
 */
const DIALECTS: readonly (readonly [string, ...string[]])[] = [
  ['Sarm', 'Sforearm', 'Shand', 'Supleg', 'Sleg', 'Sfoot'], // Mixamo, Rokoko, MotionBuilder
  ['Supperarm', 'Slowerarm', 'Shand', 'Supperleg', 'Slowerleg', 'Sfoot'], // Unity, VRM
  ['Supperarm', 'Sforearm', 'Shand', 'Sthigh', 'Scalf', 'Sfoot'], // 3ds Max biped
  ['Supperarm', 'Sforearm', 'Shand', 'Sthigh', 'Sshin', 'Sfoot'], // Blender
  ['Suparm', 'Slowarm', 'Shand', 'Supleg', 'Slowleg', 'Sfoot'], // Biovision
  ['Sshoulder', 'Selbow', 'Swrist', 'Ship', 'Sknee', 'Sankle'], // CMU, SMPL
  ['Sshldr', 'Sforearm', 'Shand', 'Sthigh', 'Sshin', 'Sfoot'], // Poser
];

/** Throws MotionDataError with the names that were found. */
export function findSkeleton({ joints }: Bvh): Skeleton {
  const byName = new Map<string, number>();
  joints.forEach(({ name }, index) => {
    for (const plain of plainNames(name)) if (!byName.has(plain)) byName.set(plain, index);
  });
  for (const dialect of DIALECTS) {
    const left = sideOf(byName, dialect, 'left');
    const right = sideOf(byName, dialect, 'right');
    if (left && right) return { left, right, head: byName.get('head'), root: 0 };
  }
  const names = joints.map(({ name }) => name);
  throw new MotionDataError(
    `The BVH file's arms aren't known by these names: ${names.join(', ').slice(0, 300)}; ` +
      'the names of Mixamo, Rokoko, CMU, Biovision, 3ds Max, Blender, Unity and Poser are',
  );
}

function sideOf(
  byName: ReadonlyMap<string, number>,
  dialect: readonly string[],
  side: 'left' | 'right',
): SideJoints | undefined {
  const [shoulder, elbow, wrist, hip, knee, ankle] = dialect.map((name) =>
    byName.get(name.replace('S', `${side}:`)),
  );
  if (shoulder === undefined || elbow === undefined || wrist === undefined) return undefined;
  return { shoulder, elbow, wrist, hip, knee, ankle };
}

/** "mixamorig:LeftForeArm", "Bip01 L Forearm", "forearm.L", "lForeArm" all give "left:forearm". */
function plainNames(name: string): string[] {
  const bare = name.replace(/^.*:/, '').replace(/^bip\d*[ _]*/i, '');
  const words = bare
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  const side = words.find((word) => SIDE[word] !== undefined);
  const rest = words.filter((word) => word !== side).join('');
  return side === undefined ? [rest] : [`${SIDE[side]!}:${rest}`];
}

const SIDE: Readonly<Record<string, string>> = {
  left: 'left',
  l: 'left',
  right: 'right',
  r: 'right',
};
