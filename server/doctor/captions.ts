/** Whether a recogniser for captions is here: one line, nothing but captions needs it. */
import { join } from 'node:path';
import { findCaptions } from '../captions/installation.ts';
import { toAppError } from '../core/errors.ts';
import { ModelStore } from '../models/model-store.ts';
import type { DoctorItem } from './report.ts';

export async function examineCaptions(options: {
  readonly root: string;
  readonly dataDir: string;
  readonly modelManifest: string;
}): Promise<DoctorItem> {
  const { root, dataDir, modelManifest } = options;
  const item = { name: 'captions', required: false };
  try {
    const folder = join(dataDir, 'models');
    const models = await ModelStore.open({ manifest: modelManifest, folder, mirror: undefined });
    const { state, reason } = await findCaptions({ dataDir, folders: [root], models });
    if (state === 'here') return { ...item, ok: true, detail: 'package and model present' };
    return { ...item, ok: false, detail: 'not installed, optional', hint: reason };
  } catch (error) {
    return { ...item, ok: false, detail: toAppError(error).message };
  }
}
