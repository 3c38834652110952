/** The recordings of `posecast live`: made by the server, then brought to where they were asked for. */
import { extname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../core/errors.ts';
import {
  RecordingFormat,
  RECORDING_FORMATS,
  type RecordingEntry,
  type SessionSnapshot,
} from '../protocol/index.ts';
import type { Api } from './api.ts';

export type RecordingFile = { readonly path: string; readonly format: RecordingFormat };
type Running = RecordingFile & { readonly name: RecordingEntry['name'] };

const LOOK_MS = 200;

/** Throws `bad_request` for an ending that is none of the formats. */
export function recordingFile(path: string): RecordingFile {
  const format = RecordingFormat.safeParse(extname(path).slice(1).toLowerCase());
  if (format.success) return { path: resolve(path), format: format.data };
  const known = RECORDING_FORMATS.map((each) => `.${each}`).join(', ');
  throw new AppError('bad_request', `Can't record to '${path}'; the endings are ${known}`);
}

/** Throws as the server refuses: `conflict` for two of a format, `folder_unreachable` without room. */
export async function startRecordings(
  api: Api,
  session: SessionSnapshot,
  { files, tracks }: { readonly files: readonly RecordingFile[]; readonly tracks: boolean },
): Promise<Running[]> {
  const started: Running[] = [];
  for (const { path, format } of files) {
    const at = `/sessions/${session.id}/recordings`;
    const { name } = await api.call<RecordingEntry>('POST', at, { format, tracks });
    started.push({ path, format, name });
  }
  return started;
}

/** Stops them, waits until they are whole, and moves them out of the server's folder. */
export async function fetchRecordings(
  api: Api,
  session: SessionSnapshot,
  recordings: readonly Running[],
): Promise<{ path: string; seconds: number | null; droppedFrames: number; problem: string }[]> {
  const fetched = [];
  for (const { path, name } of recordings) {
    // One that has ended by itself is there all the same.
    await api
      .call('DELETE', `/sessions/${session.id}/recordings/${name}`)
      .catch((error: unknown) => {
        if (!(error instanceof AppError && error.code === 'not_found')) throw error;
      });
    const { seconds, droppedFrames, problem } = await whole(api, name);
    await api.download(`/recordings/${name}/file`, path);
    await api.call('DELETE', `/recordings/${name}`);
    fetched.push({ path, seconds, droppedFrames, problem });
  }
  return fetched;
}

async function whole(api: Api, name: string): Promise<RecordingEntry> {
  for (;;) {
    const entry = await api.call<RecordingEntry>('GET', `/recordings/${name}`);
    if (entry.state === 'done') return entry;
    await sleep(LOOK_MS);
  }
}
