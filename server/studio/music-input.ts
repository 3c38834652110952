/**
 * What an input lets the avatars hear, and music from a file beneath it: the engine's music, with the
 * beat that is danced to. One task at a time; owned by the render.
 */
import { TICK_US } from '../core/time.ts';
import { SoundFile } from './sound-file.ts';
import type { VirtualInput, VirtualParts } from './virtual-session.ts';

export class WithMusic implements VirtualInput, AsyncDisposable {
  readonly #input: VirtualInput & AsyncDisposable;
  readonly #music: SoundFile;

  private constructor(input: VirtualInput & AsyncDisposable, music: SoundFile) {
    this.#input = input;
    this.#music = music;
  }

  static async open(
    input: VirtualInput & AsyncDisposable,
    path: string,
    ffmpeg: string,
  ): Promise<WithMusic> {
    return new WithMusic(input, await SoundFile.open({ path }, ffmpeg, 'round'));
  }

  get moves(): boolean {
    return this.#input.moves;
  }

  /** Throws `unreadable_media`. */
  async before(frameUs: number, neededUs: number, parts: VirtualParts): Promise<void> {
    await this.#input.before(frameUs, neededUs, parts);
    while (parts.music.heardUs < frameUs + TICK_US) {
      parts.music.hearSound(await this.#music.next());
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input[Symbol.asyncDispose]();
    await this.#music[Symbol.asyncDispose]();
  }
}
