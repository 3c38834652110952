/** What may wait until the screen is there: it is loaded after all that is seen. */

/** By then the picture and everything else on the screen are there. */
const SETTLED_MS = 1500;
/** In the page's performance entries; test/support/panel-speed.ts divides what was loaded by it. */
export const SETTLED = 'posecast:settled';

/** Returns what calls it off. */
export function onceSettled(run: () => void): () => void {
  const timer = setTimeout(() => {
    performance.mark(SETTLED);
    run();
  }, SETTLED_MS);
  return () => clearTimeout(timer);
}
