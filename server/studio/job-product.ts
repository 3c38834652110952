/** What one order asks for: a job for every source with every avatar and scene. Pure. */
import { JobLook, type Job, type JobOrder } from '../protocol/job.ts';

export type Source = Pick<Job, 'name' | 'seconds'> & Pick<Partial<Job>, 'sound' | 'take'>;

/** Names say what tells them apart. */
export function productOf(
  sources: readonly Source[],
  order: JobOrder,
): readonly (Source & Pick<Job, 'avatar' | 'look'>)[] {
  const { scene: one, ...look } = JobLook.parse(order);
  const { avatars } = order;
  const scenes = order.scenes.length > 0 ? order.scenes : [one ?? null];
  return sources.flatMap((source) =>
    avatars.flatMap((avatar) =>
      scenes.map((scene) => {
        const parts = [source.name];
        if (avatars.length > 1) parts.push(avatar);
        if (scenes.length > 1) parts.push(scene ?? 'plain');
        const shown = scene === null ? look : { ...look, scene };
        return { ...source, name: parts.join(' - '), avatar, look: shown };
      }),
    ),
  );
}
