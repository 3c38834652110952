/** What socket.io asks about what is on air: scenes, push targets, takes. The same as REST's. */
import type { House, Handlers } from './handlers.ts';

export type AirRequest = Extract<
  keyof Handlers,
  `scene:${string}` | `targets:${string}` | `push:${string}` | `take:${string}`
>;

export function airHandlers(
  { registry, targets, presets, takes }: Pick<House, 'registry' | 'targets' | 'presets' | 'takes'>,
  requireAdmin: () => void,
): Pick<Handlers, AirRequest> {
  return {
    'scene:show': async ({ sessionId, ...wanted }) => {
      requireAdmin();
      const { scenes } = registry.get(sessionId);
      await scenes.show(wanted);
      return scenes.state;
    },
    'scene:slide': async ({ sessionId, turn }) => {
      requireAdmin();
      const { scenes } = registry.get(sessionId);
      await scenes.turn(turn);
      return scenes.state;
    },
    'scene:point': async ({ sessionId, region }) => {
      requireAdmin();
      return { script: await registry.get(sessionId).pointAt(region, 'hand') };
    },
    'targets:presets': () => presets,
    'targets:list': () => {
      requireAdmin();
      return targets.list();
    },
    'targets:save': ({ id, target }) => {
      requireAdmin();
      return targets.save(target, id);
    },
    'targets:delete': async ({ id }) => {
      requireAdmin();
      await targets.delete(id);
      return null;
    },
    'push:start': ({ sessionId, target }) => {
      requireAdmin();
      registry.get(sessionId).pushes.start(targets.order(target));
      return null;
    },
    'push:stop': ({ sessionId, target }) => {
      requireAdmin();
      registry.get(sessionId).pushes.stop(target);
      return null;
    },
    'take:start': ({ sessionId }) => {
      requireAdmin();
      return takes.start(registry.get(sessionId));
    },
    'take:stop': ({ sessionId }) => {
      requireAdmin();
      return takes.stop(sessionId);
    },
  };
}
