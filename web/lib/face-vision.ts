/** MediaPipe for faces alone, its model fetched by the server where it is missing. */
import { Models } from './models.ts';
import { RequestError } from './request-error.ts';
import { Vision } from './vision.ts';

/** `mask`: the person told apart from the background too, where the body's model can be had. Throws `download_failed`. */
export async function openFaceVision(
  signal: AbortSignal,
  { mask = false }: { readonly mask?: boolean } = {},
): Promise<Vision> {
  const models = new Models();
  const face = await models.ensure('face', signal);
  if (!face) {
    const problem = models.list.get()?.find(({ purpose }) => purpose === 'face')?.problem;
    throw new RequestError('download_failed', problem ?? '');
  }
  const body = mask ? await models.ensure('body', signal) : null;
  return Vision.open({ body: body?.path ?? null, face: face.path, hands: null, mask });
}
