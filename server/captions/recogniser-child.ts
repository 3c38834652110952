/**
 * Process entry: the speech recogniser alone in a child process. Its supervisor is recogniser.ts,
 * which sends the settings first and then pieces of speech, one at a time.
 */
import '../inference/no-telemetry.ts';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { toAppError } from '../core/errors.ts';
import { OpusDecoder } from '../speech/opus.ts';
import { pieceSound } from './piece-sound.ts';
import type { FromRecogniser, RecogniserSettings, ToRecogniser } from './recogniser.ts';
import { Sherpa } from './sherpa.ts';
import { tokensText } from './tokens.ts';

/** Nice value: whatever draws or encodes goes first. */
const PATIENT = 10;

type Ears = { readonly sherpa: Sherpa; readonly opus: OpusDecoder };

// The supervisor alone decides when this ends: a Ctrl-C in the terminal reaches both of us.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.once('disconnect', () => process.exit(0));
setPriority(PATIENT);

let work: Promise<Ears | undefined> = Promise.resolve(undefined);
process.on('message', (message: ToRecogniser) => {
  work = work.then((ears) => answer(message, ears));
});

async function answer(message: ToRecogniser, ears: Ears | undefined): Promise<Ears | undefined> {
  try {
    if (message.type === 'open') {
      const opened = await open(message.settings);
      tell({ type: 'ready' });
      return opened;
    }
    if (ears) {
      const text = ears.sherpa.hear(pieceSound(message.piece, ears.opus));
      tell({ type: 'heard', text });
    }
  } catch (error) {
    const { code, message: reason } = toAppError(error);
    tell({ type: 'refused', code, reason });
  }
  return ears;
}

async function open(settings: RecogniserSettings): Promise<Ears> {
  const { packageFile, encoder, decoder } = settings;
  const tokens = await writeTokens(settings);
  const sherpa = Sherpa.open(packageFile, { encoder, decoder, tokens });
  return { sherpa, opus: await OpusDecoder.open() };
}

/** Under its name only when it is whole: another server may share the folder. */
async function writeTokens({ tokenizer, workDir }: RecogniserSettings): Promise<string> {
  const path = join(workDir, 'tokens.txt');
  const part = `${path}.${process.pid}`;
  await writeFile(part, tokensText(await readFile(tokenizer)));
  await rename(part, path);
  return path;
}

function tell(message: FromRecogniser): void {
  if (process.connected) process.send?.(message);
}
