/**
 * Files that were dropped anywhere on the page: what each can become, and the one set that waits for
 * the page that takes it. Owned by the studio.
 */
import { Store } from './store.ts';

/** What a file can become, and the page where that happens. */
export const DESTINATIONS = {
  pack: '/avatars',
  photo: '/avatars',
  footage: '/avatars',
  motion: '/motions',
  scene: '/scenes',
  sound: '/studio',
  music: '/',
} as const;
export type Destination = keyof typeof DESTINATIONS;

export type Waiting = { readonly to: Destination; readonly files: readonly File[] };

export class Dropped {
  readonly waiting = new Store<Waiting | null>(null);

  /** The files for this destination, once. */
  take(to: Destination): readonly File[] {
    const waiting = this.waiting.get();
    if (waiting?.to !== to) return [];
    this.waiting.set(null);
    return waiting.files;
  }
}

/** Where all of the files can go, the likeliest first; none where somebody has to choose fewer. Pure. */
export function destinationsOf(
  files: readonly Pick<File, 'name' | 'type'>[],
  live: boolean,
): readonly Destination[] {
  const [first, ...others] = files.map((file) => placesOf(file, live));
  if (!first) return [];
  return first.filter((place) => others.every((each) => each.includes(place)));
}

function placesOf({ name, type }: Pick<File, 'name' | 'type'>, live: boolean): Destination[] {
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  if (ending === 'cube' || ending === 'pdf' || type === 'application/pdf') return ['scene'];
  if (ending === 'bvh' || ending === 'json') return ['motion'];
  if (ending === 'zip') return ['pack', 'motion'];
  if (/^image\/(png|jpeg|webp)$/.test(type)) return ['scene', 'photo'];
  if (type.startsWith('video/')) return ['scene', 'motion', 'footage', 'sound'];
  if (type.startsWith('audio/')) return live ? ['music', 'sound'] : ['sound'];
  return [];
}
