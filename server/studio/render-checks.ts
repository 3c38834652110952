/** What can be said of a render before anything of it is done. */
import { realpath } from 'node:fs/promises';
import { extname } from 'node:path';
import { AppError } from '../core/errors.ts';
import type { RenderFormat } from '../outputs/render-command.ts';
import { MOST_STEPS } from '../render/diffusion/diffusion-file.ts';
import { parseColour } from '../render/i420.ts';
import type { RenderJob } from './render.ts';

/** The format that a target's ending asks for. Throws `bad_request`. */
export function formatOf(target: string): RenderFormat {
  const ending = extname(target).slice(1).toLowerCase();
  if (ending === 'mp4' || ending === 'mov' || ending === 'webm' || ending === 'png') return ending;
  throw new AppError(
    'bad_request',
    `${target}: end it with .mp4, .mov (ProRes 4444), .webm (VP9) or .png (a folder of pictures)`,
  );
}

/** Throws `bad_request` for a result that would be written over what it is made of. */
export async function checkTarget({ audio, music, target }: RenderJob): Promise<void> {
  const place = await realpath(target).catch(() => undefined);
  if (place === undefined) return;
  for (const source of [audio, music]) {
    const real = source === undefined ? undefined : await realpath(source).catch(() => undefined);
    if (real !== place) continue;
    throw new AppError('bad_request', `${target} is what the result is made of; name another file`);
  }
}

/** What the loudness filter reaches. */
const [QUIETEST_LUFS, LOUDEST_LUFS] = [-40, -5];

/** Throws `bad_request`. */
export function checkLook(
  { width, height, fps, background, loudness = QUIETEST_LUFS, steps = 1 }: RenderJob,
  format: RenderFormat,
): void {
  const whole = [width, height, fps].every(Number.isInteger);
  if (!whole || width < 64 || height < 64 || width > 4096 || height > 4096) {
    throw new AppError('bad_request', `Sides of 64 to 4096 pixels, not ${width} x ${height}`);
  }
  if (format !== 'png' && (width % 2 !== 0 || height % 2 !== 0)) {
    throw new AppError('bad_request', `Video needs even sides, not ${width} x ${height}`);
  }
  if (fps < 1 || fps > 120)
    throw new AppError('bad_request', `1 to 120 frames a second, not ${fps}`);
  if (!(loudness >= QUIETEST_LUFS && loudness <= LOUDEST_LUFS)) {
    throw new AppError(
      'bad_request',
      `A loudness of ${QUIETEST_LUFS} to ${LOUDEST_LUFS} LUFS, not ${loudness}`,
    );
  }
  if (!(Number.isInteger(steps) && steps >= 1 && steps <= MOST_STEPS)) {
    throw new AppError('bad_request', `1 to ${MOST_STEPS} steps a frame, not ${steps}`);
  }
  parseColour(background);
}
