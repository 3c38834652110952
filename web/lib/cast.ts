/** Who stands in the picture, where, and how they go along: what the set-up screen edits. Pure. */
import type { CastMember } from '../../server/protocol/index.ts';
import { MAX_CAST, SYNCS } from '../../server/protocol/words.ts';

export { MAX_CAST };

export type Cast = {
  /** First to last, at least one. */
  readonly members: readonly CastMember[];
  /** Somebody has placed them by hand; until then they spread out by themselves. */
  readonly placed: boolean;
};

/** A member's reach, as the protocol bounds it. */
export const SIZES = { least: 0.2, most: 1.5 } as const;
/** Width that a host takes against its height, elbows included, standing close to the next one. */
const HOST_WIDTH = 0.55;
const LEAST_SPREAD = 0.3;

export function castOf(avatar: string): Cast {
  return { members: [memberOf(avatar)], placed: false };
}

/** What this browser remembers; null where it is nothing of ours. */
export function readCast(text: string | null): Cast | null {
  try {
    const kept = JSON.parse(text ?? 'null') as Partial<Cast> | null;
    const members: unknown = kept?.members;
    if (!Array.isArray(members) || members.length < 1 || members.length > MAX_CAST) return null;
    return members.every(isMember) ? { members, placed: kept?.placed === true } : null;
  } catch {
    return null;
  }
}

/** One more in the protocol's own defaults. */
function memberOf(avatar: string): CastMember {
  return { avatar, x: 0.5, scale: 1, mirrored: false, sync: 'unison', offsetSeconds: 0 };
}

/** As the protocol checks it, by hand: zod would be a sixth of what this screen loads. */
function isMember(value: unknown): value is CastMember {
  const kept = value as Readonly<Record<keyof CastMember, unknown>> | null;
  return (
    typeof kept?.avatar === 'string' &&
    /^[a-z0-9][a-z0-9-]{0,63}$/.test(kept.avatar) &&
    isWithin(kept.x, 0, 1) &&
    isWithin(kept.scale, SIZES.least, SIZES.most) &&
    typeof kept.mirrored === 'boolean' &&
    SYNCS.some((sync) => sync === kept.sync) &&
    isWithin(kept.offsetSeconds, 0, MOST_OFFSET.seconds) &&
    (kept.offsetBeats === undefined || isWithin(kept.offsetBeats, 0, MOST_OFFSET.beats))
  );
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}

/** The cast as it goes to the server: those whom nobody has placed stand side by side. */
export function standing({ members, placed }: Cast, aspect: number): readonly CastMember[] {
  if (members.length === 1) return [{ ...members[0]!, x: 0.5, scale: 1, sync: 'unison' }];
  if (placed) return members;
  const scale = Math.max(LEAST_SPREAD, Math.min(1, aspect / members.length / HOST_WIDTH));
  return members.map((member, index) => ({
    ...member,
    x: hundredth((index + 0.5) / members.length),
    scale: hundredth(scale),
  }));
}

/** One more, where there is the most room if the others were placed by hand. */
export function withMember(cast: Cast, avatar: string): Cast {
  if (cast.members.length >= MAX_CAST) return cast;
  const added = memberOf(avatar);
  if (!cast.placed) return { ...cast, members: [...cast.members, added] };
  const scale = Math.min(...cast.members.map((member) => member.scale));
  const x = widestGap(cast.members.map((member) => member.x));
  return { ...cast, members: [...cast.members, { ...added, x, scale }] };
}

export function withoutMember({ members, placed }: Cast, index: number): Cast {
  if (members.length === 1) return { members, placed };
  const left = members.filter((_, i) => i !== index);
  return { members: left, placed: placed && left.length > 1 };
}

/** Another avatar, another way to go along, or mirrored: they stay where they are. */
export function withChange(cast: Cast, index: number, change: Partial<CastMember>): Cast {
  const members = cast.members.map((each, i) => (i === index ? { ...each, ...change } : each));
  return { ...cast, members };
}

/** Puts one at a place by hand; the others stay where they are seen. */
export function withPlace(
  cast: Cast,
  index: number,
  { aspect, x, scale }: { readonly aspect: number; readonly x?: number; readonly scale?: number },
): Cast {
  const change = {
    ...(x !== undefined && { x: hundredth(Math.max(0, Math.min(1, x))) }),
    ...(scale !== undefined && {
      scale: hundredth(Math.max(SIZES.least, Math.min(SIZES.most, scale))),
    }),
  };
  return withChange({ members: standing(cast, aspect), placed: true }, index, change);
}

export const OFFSET_UNITS = ['seconds', 'beats'] as const;
export type OffsetUnit = (typeof OFFSET_UNITS)[number];

/** How much later one in canon comes. */
export type Offset = { readonly unit: OffsetUnit; readonly value: number };

/** Most of each, as the protocol bounds it. */
export const MOST_OFFSET: Readonly<Record<OffsetUnit, number>> = { seconds: 10, beats: 16 };

export function offsetOf({ offsetSeconds, offsetBeats }: CastMember): Offset {
  if (offsetBeats !== undefined) return { unit: 'beats', value: offsetBeats };
  return { unit: 'seconds', value: offsetSeconds };
}

/** The change of a member that makes it so. */
export function offsetChange({ unit, value }: Offset): Partial<CastMember> {
  if (unit === 'beats') return { offsetBeats: value };
  return { offsetSeconds: value, offsetBeats: undefined };
}

/** The middle of the widest stretch between neighbours and the picture's edges. */
function widestGap(places: readonly number[]): number {
  const marks = [0, ...places.toSorted((a, b) => a - b), 1];
  const gaps = marks.slice(1).map((to, index) => ({ to, from: marks[index]! }));
  const { from, to } = gaps.reduce((best, gap) =>
    gap.to - gap.from > best.to - best.from ? gap : best,
  );
  return hundredth((from + to) / 2);
}

function hundredth(value: number): number {
  return Math.round(value * 100) / 100;
}
