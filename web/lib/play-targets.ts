/** Whom a script is played to: avatars of one or several live sessions. Pure. */
import type { SessionId, SessionSnapshot } from '../../server/protocol/index.ts';

/** Without a number: all of the session that move together. */
export type Target = { readonly session: SessionId; readonly avatar?: number };

export type Somebody = { readonly key: string; readonly label: string };

/** Every avatar that is live, one by one. */
export function everybody(sessions: readonly SessionSnapshot[]): readonly Somebody[] {
  return sessions.flatMap(({ id, cast }) =>
    cast.map(({ avatar }, index) => {
      const number = cast.length > 1 ? `${index + 1} ` : '';
      return { key: keyOf(id, index), label: `${number}${avatar} · ${id.slice(0, 4)}` };
    }),
  );
}

/**
 * A whole session is asked as one, so that a canon stays a canon; who is on their own there is asked
 * besides.
 */
export function targetsOf(
  sessions: readonly SessionSnapshot[],
  keys: ReadonlySet<string>,
): readonly Target[] {
  return sessions.flatMap(({ id: session, cast }) => {
    const meant = [...cast.keys()].filter((index) => keys.has(keyOf(session, index)));
    if (meant.length < cast.length) return meant.map((avatar) => ({ session, avatar }));
    const alone = meant.filter((index) => index > 0 && cast[index]!.sync === 'own');
    return [{ session }, ...alone.map((avatar) => ({ session, avatar }))];
  });
}

function keyOf(session: SessionId, index: number): string {
  return `${session}/${index}`;
}
