/** Files of motion into the library: our own templates as they are, others through the server. */
import type { TemplateSummary } from '../../server/protocol/index.ts';
import { api } from './api.ts';
import { RequestError } from './request-error.ts';
import { isJson, readTemplate } from './template-files.ts';

/** Rejects with the first file's problem; files before it are in the library then. */
export async function importFiles(files: readonly File[]): Promise<readonly TemplateSummary[]> {
  const added: TemplateSummary[] = [];
  for (const file of files) added.push(await importFile(file));
  return added;
}

async function importFile(file: File): Promise<TemplateSummary> {
  const own = isJson(file.name) ? readTemplate(await file.text()) : null;
  if (own !== null) return api<TemplateSummary>('POST', '/templates', own);
  try {
    const name = encodeURIComponent(file.name);
    return await api<TemplateSummary>('POST', `/templates/import-motion?name=${name}`, file);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw new RequestError(error.code, `${file.name}: ${error.message}`, { cause: error });
  }
}
