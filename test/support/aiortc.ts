/**
 * aiortc (PyPI, BSD), a WebRTC stack of its own, as WHIP sender and WHEP viewer. Its Python: the path
 * in POSECAST_AIORTC_PYTHON, else python3.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PYTHON = process.env['POSECAST_AIORTC_PYTHON'] ?? 'python3';
const PEER = fileURLToPath(new URL('../fixtures/aiortc/peer.py', import.meta.url));
const KILL_MS = 10_000;

/** Why a test with it is skipped; false where it is there. */
export const withoutAiortc =
  spawnSync(PYTHON, ['-c', 'import aiortc, numpy']).status === 0
    ? false
    : `NO AIORTC in ${PYTHON} (pip install aiortc numpy): WHIP and WHEP are not tested against it`;

export type Counts = {
  readonly audio?: number;
  readonly video?: number;
  readonly size?: readonly [number, number];
  readonly shade?: number;
  readonly peak?: number;
};

/** What the peer said; the newest of each. */
export type Said = {
  readonly status?: number;
  readonly location?: string;
  readonly etag?: string;
  readonly body?: string;
  readonly state?: string;
  readonly counts?: Counts;
  readonly deleted?: number;
};

export class AiortcPeer implements AsyncDisposable {
  said: Said = {};
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #errors = '';

  private constructor(...words: string[]) {
    this.#child = spawn(PYTHON, [PEER, ...words], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#exited = once(this.#child, 'exit');
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.said = { ...this.said, ...(JSON.parse(line) as Said) };
    });
    this.#child.stderr!.on('data', (text: Buffer) => (this.#errors += text.toString()));
  }

  static publish(url: string, key: string, media: string): AiortcPeer {
    return new AiortcPeer('publish', url, key, media);
  }

  static play(url: string): AiortcPeer {
    return new AiortcPeer('play', url);
  }

  /** What went wrong in it; empty where nothing did. */
  get errors(): string {
    return this.#errors;
  }

  /** Pulls the plug: nothing is said any more. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** It hangs up in order; resolves when it is gone. */
  async close(): Promise<Said> {
    const stuck = setTimeout(() => this.#child.kill('SIGKILL'), KILL_MS);
    this.#child.stdin!.end();
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.#exited;
    clearTimeout(stuck);
    return this.said;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
