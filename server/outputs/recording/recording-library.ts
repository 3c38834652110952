/**
 * The recordings of this server: a folder of videos, which sessions are being recorded, and what is
 * done to a file when it has ended (it gets its index). What is known of a video beside it stands in
 * a hidden file of its own. Main thread; owned by the app.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import { giveWay } from '../../core/priority.ts';
import type { SessionId } from '../../protocol/ids.ts';
import {
  RecordingEntry,
  RecordingFormat,
  RecordingName,
  type RecordingRequest,
} from '../../protocol/recording.ts';
import type { Session } from '../../session/session.ts';
import type { Recorded, RecordOrder } from '../../session/wires.ts';
import { FfmpegProcess } from '../ffmpeg-process.ts';
import { indexCommand } from './record-command.ts';

export type RecordingLibraryOptions = {
  readonly folder: string;
  readonly ffmpeg: string;
  /** So much of the disk stays free. */
  readonly reserveBytes: number;
  readonly log: Logger;
};

type Running = {
  readonly session: Session;
  readonly order: RecordOrder;
  readonly recordedAt: Date;
  readonly ended: PromiseWithResolvers<void>;
};

/** What is written down beside a video. */
const Note = RecordingEntry.pick({
  recordedAt: true,
  seconds: true,
  droppedFrames: true,
  problem: true,
}).partial({ recordedAt: true });
type Note = z.infer<typeof Note>;

const STOP_MS = 15_000;
const TICKET_MS = 12 * 3600_000;
const MOST_TICKETS = 200;
const CUT_OFF = 'The server ended while this was recorded';

export class RecordingLibrary {
  readonly #options: RecordingLibraryOptions;
  readonly #running = new Map<RecordingName, Running>();
  readonly #finishing = new Map<RecordingName, Promise<void>>();
  readonly #tickets = new Map<string, { readonly name: RecordingName; readonly untilMs: number }>();
  #indexing: FfmpegProcess | undefined;
  #line: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(options: RecordingLibraryOptions) {
    this.#options = options;
  }

  /** What was being recorded when the server was killed gets its index now. */
  static async open(options: RecordingLibraryOptions): Promise<RecordingLibrary> {
    const library = new RecordingLibrary(options);
    const names = await readdir(options.folder).catch(() => []);
    const noted = new Set(names);
    for (const name of names) {
      if (name.startsWith('.partial-')) await rm(join(options.folder, name), { force: true });
      const video = RecordingName.safeParse(name);
      if (!video.success || noted.has(noteName(video.data))) continue;
      library.#finish(video.data, { seconds: null, droppedFrames: 0, problem: CUT_OFF });
    }
    return library;
  }

  /** Newest first. */
  async list(): Promise<RecordingEntry[]> {
    const names = await readdir(this.#options.folder).catch(() => []);
    const videos = names.filter((name) => RecordingName.safeParse(name).success);
    const entries = await Promise.all(
      // One that is deleted meanwhile is no entry any more.
      videos.map((name) => this.entry(RecordingName.parse(name)).catch(() => undefined)),
    );
    return entries
      .filter((entry) => entry !== undefined)
      .sort((a, b) => b.recordedAt.localeCompare(a.recordedAt));
  }

  /** Throws `not_found`. */
  async entry(name: RecordingName): Promise<RecordingEntry> {
    const path = this.path(name);
    const found = await stat(path).catch((cause: unknown) => {
      throw new AppError('not_found', `There is no recording '${name}'`, cause);
    });
    const running = this.#running.get(name);
    const format = RecordingFormat.parse(extname(name).slice(1));
    const note = await this.#note(name);
    const now = running?.session.recordingStates.find((state) => state.name === name);
    const state = running ? 'recording' : this.#finishing.has(name) ? 'finishing' : 'done';
    const recordedAt = running?.recordedAt.toISOString() ?? note.recordedAt;
    return {
      ...{ name, format, state, bytes: found.size },
      recordedAt: recordedAt ?? found.birthtime.toISOString(),
      seconds: now?.seconds ?? note.seconds,
      droppedFrames: now?.droppedFrames ?? note.droppedFrames,
      problem: now?.problem ?? note.problem,
      ...(running && { session: running.session.id }),
    };
  }

  get folder(): string {
    return this.#options.folder;
  }

  path(name: RecordingName): string {
    return join(this.#options.folder, name);
  }

  /** Throws `conflict` for a second one of a format, `folder_unreachable` where there is no room. */
  async start(session: Session, request: RecordingRequest): Promise<RecordingEntry> {
    const orders = this.#ordersOf(session.id);
    if (orders.some(({ format }) => format === request.format)) {
      throw new AppError('conflict', `This session is being recorded as ${request.format} already`);
    }
    const { folder, reserveBytes } = this.#options;
    await makeRoom(folder, reserveBytes);
    const recordedAt = new Date();
    const name = await this.#freeName(session, request.format, recordedAt);
    const order = { ...request, name, folder, reserveBytes };
    this.#running.set(name, { session, order, recordedAt, ended: Promise.withResolvers() });
    session.setRecordings([...orders, order]);
    return {
      ...{ name, format: request.format, state: 'recording', session: session.id },
      ...{ recordedAt: recordedAt.toISOString(), bytes: 0, seconds: 0 },
      ...{ droppedFrames: 0, problem: '' },
    };
  }

  /** Resolves when its file is closed. Throws `not_found` for one that does not run. */
  async stop(id: SessionId, name: RecordingName): Promise<RecordingEntry> {
    const running = this.#running.get(name);
    if (running?.session.id !== id) {
      throw new AppError('not_found', `This session is not being recorded as '${name}'`);
    }
    running.session.setRecordings(this.#ordersOf(id).filter((order) => order.name !== name));
    const timer = setTimeout(() => running.ended.resolve(), STOP_MS);
    await running.ended.promise;
    clearTimeout(timer);
    this.#running.delete(name);
    return this.entry(name);
  }

  /** Begins one of this format, or ends the one that runs; either may be so already. */
  async switch(
    session: Session,
    { on, format }: { readonly on: boolean; readonly format: RecordingFormat },
  ): Promise<void> {
    const running = this.#ordersOf(session.id).find((order) => order.format === format);
    if (on && !running) await this.start(session, { format, tracks: false });
    else if (!on && running) await this.stop(session.id, running.name);
  }

  /** What the feeder tells: the files of a recording are closed. */
  recorded({ name, files, ...state }: Recorded): void {
    const running = this.#running.get(name);
    this.#running.delete(name);
    const orders = running && this.#ordersOf(running.session.id);
    if (orders && state.problem !== '') running.session.setRecordings(orders);
    const recordedAt = running?.recordedAt.toISOString();
    for (const file of files) {
      // Only of a recording in one piece is the length known without looking.
      const seconds = files.length === 1 ? state.seconds : null;
      const { droppedFrames, problem } = state;
      this.#finish(file, { ...(recordedAt && { recordedAt }), seconds, droppedFrames, problem });
    }
    running?.ended.resolve();
  }

  /** Throws `conflict` while it is being recorded, and `not_found`. */
  async delete(name: RecordingName): Promise<void> {
    if (this.#running.has(name)) {
      throw new AppError('conflict', 'This recording is running; stop it first');
    }
    await this.entry(name);
    await this.#finishing.get(name);
    await rm(this.path(name), { force: true });
    await rm(join(this.#options.folder, noteName(name)), { force: true });
  }

  /** Lets whoever has it read this one file for some hours: a video element can send no token. */
  async ticket(name: RecordingName): Promise<string> {
    await this.entry(name);
    const ticket = randomBytes(18).toString('base64url');
    this.#tickets.set(ticket, { name, untilMs: Date.now() + TICKET_MS });
    if (this.#tickets.size > MOST_TICKETS) {
      this.#tickets.delete(this.#tickets.keys().next().value!);
    }
    return ticket;
  }

  opens(ticket: string | undefined, name: RecordingName): boolean {
    const found = this.#tickets.get(ticket ?? '');
    return found?.name === name && found.untilMs > Date.now();
  }

  /** Resolves when nothing works on a file any more. Sessions have ended before. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#indexing?.close();
    await this.#line;
  }

  #ordersOf(id: SessionId): RecordOrder[] {
    const all = [...this.#running.values()];
    return all.filter(({ session }) => session.id === id).map(({ order }) => order);
  }

  async #freeName(
    { snapshot }: Session,
    format: RecordingFormat,
    at: Date,
  ): Promise<RecordingName> {
    const taken = new Set(await readdir(this.#options.folder));
    for (let number = 1; ; number += 1) {
      const suffix = number === 1 ? '' : `-${String.fromCharCode(96 + number)}`;
      const name = `${snapshot.avatar}-${stamp(at)}${suffix}.${format}`;
      const parsed = RecordingName.parse(name);
      if (!taken.has(name) && !this.#running.has(parsed)) return parsed;
    }
  }

  async #note(name: RecordingName): Promise<Note> {
    const nothing = { seconds: null, droppedFrames: 0, problem: '' };
    const text = await readFile(join(this.#options.folder, noteName(name)), 'utf8').catch(() => '');
    if (text === '') return nothing;
    const parsed = Note.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : nothing;
  }

  /** One after the other, behind everything else on this machine. */
  #finish(name: RecordingName, note: Note): void {
    const work = async (): Promise<void> => {
      try {
        await this.#index(name);
        await writeFile(join(this.#options.folder, noteName(name)), JSON.stringify(note));
      } catch (error) {
        this.#options.log.warn({ err: error, recording: name }, 'a recording stays without index');
      } finally {
        this.#finishing.delete(name);
      }
    };
    this.#line = this.#line.then(work);
    this.#finishing.set(name, this.#line);
  }

  /** Where there is no room for a second copy, or it fails, the recording stays as it is: it plays. */
  async #index(name: RecordingName): Promise<void> {
    const format = RecordingFormat.parse(extname(name).slice(1));
    const { folder, ffmpeg, reserveBytes } = this.#options;
    const { size } = await stat(this.path(name));
    const disk = await statfs(folder);
    const hasRoom = disk.bavail * disk.bsize > size + reserveBytes;
    if (this.#closed || format === 'webm' || size === 0 || !hasRoom) return;
    const partial = join(folder, `.partial-${name}`);
    const command = indexCommand(format, this.path(name), partial);
    this.#indexing = await FfmpegProcess.open(command, ffmpeg);
    this.#indexing.stdout.resume();
    giveWay(this.#indexing.pid);
    const { code } = await this.#indexing.exited;
    this.#indexing = undefined;
    if (code === 0 && !this.#closed) await rename(partial, this.path(name));
    else await rm(partial, { force: true });
  }
}

function noteName(name: RecordingName): string {
  return `.${name}.json`;
}

/** The machine's own time, as its owner reads it. */
function stamp(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day}-${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
}

async function makeRoom(folder: string, reserveBytes: number): Promise<void> {
  let free: number;
  try {
    await mkdir(folder, { recursive: true });
    const disk = await statfs(folder);
    free = disk.bavail * disk.bsize;
  } catch (cause) {
    throw new AppError('folder_unreachable', `Cannot write to ${folder}`, cause);
  }
  if (free > reserveBytes) return;
  throw new AppError(
    'folder_unreachable',
    `The disk is nearly full: ${Math.round(free / 1e6)} MB are free and ` +
      `${Math.round(reserveBytes / 1e6)} MB are kept free; delete something first`,
  );
}
