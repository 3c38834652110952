/**
 * A recogniser's process that behaves as a piece of speech tells it to: by the first byte of its
 * first packet. For what the real one does only when something is wrong.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FromRecogniser, ToRecogniser } from '../../server/captions/recogniser.ts';

export const ANSWERS = 1;
export const DIES = 2;
export const REFUSES = 3;

const tell = (message: FromRecogniser): void => void process.send?.(message);

if (process.send) {
  process.once('disconnect', () => process.exit(0));
  process.on('message', (message: ToRecogniser) => {
    if (message.type === 'open') opened(message.settings);
    else heard(message.piece.packets[0]?.rtp[0] ?? ANSWERS, message.piece.fromUs);
  });
}

/** `encoder` tells how to start. */
function opened({ encoder, workDir }: { encoder: string; workDir: string }): void {
  appendFileSync(join(workDir, 'starts'), '.');
  if (encoder === 'dies') process.exit(7);
  else if (encoder === 'refuses') {
    tell({ type: 'refused', code: 'bad_pack', reason: 'The model is broken' });
  } else tell({ type: 'ready' });
}

function heard(what: number, fromUs: number): void {
  if (what === DIES) process.exit(9);
  else if (what === REFUSES) tell({ type: 'refused', code: 'internal', reason: 'No such sound' });
  else setTimeout(() => tell({ type: 'heard', text: `words at ${fromUs}` }), 20);
}
