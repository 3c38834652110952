/** What is asked of the server when all is generated: one order for each script. Pure. */
import type { JobLook, SceneId } from '../../server/protocol/index.ts';

export type Order = {
  readonly sounds: readonly string[];
  readonly takes: readonly string[];
  readonly avatars: readonly string[];
  /** Null is the plain background. */
  readonly scenes?: readonly (SceneId | null)[];
} & Partial<JobLook>;

export type ScriptedSound = { readonly id: string; readonly script: string };

/**
 * Sounds with the same script go together, in the order of their first. Takes have a script of their
 * own, empty for none.
 */
export function ordersOf(
  look: Omit<Order, 'sounds' | 'takes' | 'script'>,
  sounds: readonly ScriptedSound[],
  takes: { readonly names: readonly string[]; readonly script: string },
): readonly Order[] {
  const groups = Map.groupBy(sounds, ({ script }) => script);
  const orders: Order[] = [...groups].map(([script, members]) => ({
    ...look,
    sounds: members.map(({ id }) => id),
    takes: [],
    ...(script !== '' && { script }),
  }));
  const { names, script } = takes;
  if (names.length === 0) return orders;
  return [...orders, { ...look, sounds: [], takes: names, ...(script !== '' && { script }) }];
}
