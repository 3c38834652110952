/**
 * The takes of this server: a folder of files, and which sessions are being recorded. Main thread;
 * owned by the app.
 */
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import type { SessionId } from '../../protocol/ids.ts';
import { TakeName, type TakeDetail, type TakeEntry } from '../../protocol/take.ts';
import type { Session } from '../../session/session.ts';
import { TAKE_VERSION, type TakeHead } from './take-format.ts';
import { TakeFile } from './take-file.ts';
import { TakePlayer } from './take-player.ts';
import { TakeRecorder, type Recording } from './take-recorder.ts';

const ENDING = '.ptake';

export type TakeLibraryOptions = {
  readonly folder: string;
  /** Of this server, kept in each take. */
  readonly version: string;
  readonly log: Logger;
};

type Running = { readonly name: TakeName; readonly session: Session; readonly tape: TakeRecorder };

export class TakeLibrary {
  readonly #options: TakeLibraryOptions;
  readonly #running = new Map<SessionId, Running>();
  /** Their file is being made: two panels may ask at once. */
  readonly #starting = new Set<SessionId>();
  readonly #players = new Map<SessionId, TakePlayer>();

  constructor(options: TakeLibraryOptions) {
    this.#options = options;
  }

  /** Newest first; files that are no takes are left out. */
  async list(): Promise<TakeEntry[]> {
    const names = await readdir(this.#options.folder).catch(() => []);
    const takes = names.filter((name) => name.endsWith(ENDING));
    const entries = await Promise.all(
      takes.map((name) => this.#entry(name.slice(0, -ENDING.length)).catch(() => undefined)),
    );
    return entries
      .filter((entry) => entry !== undefined)
      .sort((a, b) => b.recordedAt.localeCompare(a.recordedAt));
  }

  /** Reads it whole. Throws `not_found` and `unreadable_media`. */
  async detail(name: TakeName): Promise<TakeDetail> {
    const file = await TakeFile.open(this.path(name));
    const { head, ...counts } = await file.summary();
    return { ...(await this.#entry(name)), ...counts, session: head.session };
  }

  path(name: TakeName): string {
    return join(this.#options.folder, TakeName.parse(name) + ENDING);
  }

  /** Throws `conflict` while the session is recorded already. */
  async start(session: Session): Promise<TakeEntry> {
    if (this.#running.has(session.id) || this.#starting.has(session.id)) {
      throw new AppError('conflict', 'This session is being recorded already');
    }
    this.#starting.add(session.id);
    try {
      return await this.#begin(session);
    } finally {
      this.#starting.delete(session.id);
    }
  }

  /** Throws `not_found` when the session is not being recorded. */
  async stop(id: SessionId): Promise<Recording & { readonly name: TakeName }> {
    const running = this.#running.get(id);
    if (!running) throw new AppError('not_found', 'This session is not being recorded');
    this.#running.delete(id);
    const { pipeline } = running.session;
    pipeline.listener = undefined;
    running.session.setTakeSince(null);
    return { name: running.name, ...(await running.tape.close(pipeline.mediaUs)) };
  }

  /** The session ends: so do its recording and its replay. */
  forget(id: SessionId): void {
    this.#players.get(id)?.close();
    this.#players.delete(id);
    if (!this.#running.has(id)) return;
    this.stop(id).catch((error: unknown) => {
      this.#options.log.error({ err: error, session: id }, 'a take was not ended in order');
    });
  }

  /** Drives a session from a take, once; resolves when it has begun. Throws as `detail` does. */
  async replay(name: TakeName, session: Session): Promise<TakeDetail> {
    const detail = await this.detail(name);
    this.#players.get(session.id)?.close();
    const take = await TakeFile.open(this.path(name));
    const player = new TakePlayer(take, session.pipeline, (shown) => {
      session.scenes.showOwn(shown).catch((error: unknown) => {
        this.#options.log.warn(
          { err: error, session: session.id },
          'a scene of a take is not shown',
        );
      });
    });
    this.#players.set(session.id, player);
    player.ended.catch((error: unknown) => {
      this.#options.log.error({ err: error, session: session.id }, 'a replay broke off');
    });
    return detail;
  }

  async delete(name: TakeName): Promise<void> {
    if ([...this.#running.values()].some((running) => running.name === name)) {
      throw new AppError('conflict', 'This take is being recorded; stop it first');
    }
    await stat(this.path(name)).catch((cause: unknown) => {
      throw new AppError('not_found', `There is no take '${name}'`, cause);
    });
    await rm(this.path(name));
  }

  /** Takes a file that was uploaded to `temporary` under a name of its own. */
  async adopt(name: TakeName, temporary: string): Promise<TakeDetail> {
    await TakeFile.open(temporary);
    const taken = await stat(this.path(name)).catch(() => undefined);
    if (taken) throw new AppError('conflict', `There is a take '${name}' already`);
    await rename(temporary, this.path(name));
    return this.detail(name);
  }

  /** Ends every recording in order. */
  async close(): Promise<void> {
    for (const player of this.#players.values()) player.close();
    await Promise.allSettled([...this.#running.keys()].map((id) => this.stop(id)));
  }

  async #begin(session: Session): Promise<TakeEntry> {
    const head = headOf(session, this.#options.version);
    const name = TakeName.parse(`take-${head.recordedAt.replace(/\D/g, '').slice(0, 17)}`);
    await mkdir(this.#options.folder, { recursive: true });
    const tape = await TakeRecorder.open(this.path(name), head, session.pipeline.mediaUs);
    this.#running.set(session.id, { name, session, tape });
    session.pipeline.listener = tape;
    session.setTakeSince(head.recordedAt);
    return this.#entry(name);
  }

  async #entry(name: string): Promise<TakeEntry> {
    const path = this.path(name);
    const { head } = await TakeFile.open(path);
    const { size } = await stat(path);
    const running = [...this.#running].find(([, each]) => each.name === name);
    const avatar = head.cast.map((member) => member.avatar).join(', ');
    const entry = { name, recordedAt: head.recordedAt, sizeBytes: size, avatar };
    return running ? { ...entry, recording: running[0] } : entry;
  }
}

function headOf({ snapshot, pipeline }: Session, version: string): TakeHead {
  const { avatar, width, height, background, tier, cast } = snapshot;
  return {
    format: 'posecast-take',
    version: TAKE_VERSION,
    recordedAt: new Date().toISOString(),
    posecast: version,
    seed: pipeline.seed,
    session: { avatar, width, height, fps: 25, background, tier, cast },
    cast,
  };
}
