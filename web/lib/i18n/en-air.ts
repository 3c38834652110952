import type { SessionStats } from '../../../server/protocol/index.ts';

/** What goes out: recordings, the overlay, the slate, the quality ladder. */
export const enAir = {
  rungs: {
    full: 'At ease',
    'half-rate': 'Busy: body at half rate',
    'lips-only': 'Busy: only the mouth moves',
    held: 'Overloaded: picture stands still',
  } satisfies Record<SessionStats['quality'], string>,
  /** How often less was drawn than before, for want of time. */
  downs: (count: number) => (count === 1 ? 'less once' : `less ${count} times`),
};
