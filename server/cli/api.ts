/** The CLI's side of the server's REST door, on a running server or on one of its own. */
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { App } from '../app.ts';
import type { Config } from '../config.ts';
import { AppError } from '../core/errors.ts';
import type { ErrorCode } from '../protocol/index.ts';

const PROBE_MS = 1500;

export class Api {
  readonly base: string;
  readonly own: boolean;
  readonly #app: App | undefined;
  readonly #token: string | undefined;

  private constructor(base: string, token: string | undefined, app?: App) {
    this.base = base;
    this.own = app !== undefined;
    this.#app = app;
    this.#token = token;
  }

  /** The server that listens at the configured address, else one in this process. */
  static async open(config: Config): Promise<Api> {
    const base = `http://${config.host}:${config.port}`;
    if (await answers(base)) return new Api(base, config.adminToken);
    const app = await App.open({ ...config, logLevel: 'warn' });
    return new Api(app.url, config.adminToken, app);
  }

  /** The server at this address, whether it answers or not. */
  static at(config: Pick<Config, 'host' | 'port' | 'adminToken'>): Api {
    return new Api(`http://${config.host}:${config.port}`, config.adminToken);
  }

  /** Throws the server's own error, with its code. */
  async call<T>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<T> {
    return this.#fetch(path, {
      method,
      ...(body ? { headers: { 'content-type': 'application/json' } } : {}),
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  }

  /** Sends a file as it is. Throws as `call` does. */
  async upload<T>(path: string, file: Blob): Promise<T> {
    const headers = { 'content-type': 'application/octet-stream' };
    return this.#fetch(path, { method: 'POST', headers, body: file });
  }

  /** Brings a file to `target`, which is replaced. Throws as `call` does. */
  async download(path: string, target: string): Promise<void> {
    const response = await this.#ask(path, { method: 'GET' });
    if (!response.ok || !response.body) await refuse(response);
    await pipeline(response.body!, createWriteStream(target));
  }

  async #fetch<T>(path: string, request: RequestInit): Promise<T> {
    const response = await this.#ask(path, request);
    if (response.status === 204) return undefined as T;
    if (!response.ok) await refuse(response);
    return (await response.json()) as T;
  }

  #ask(path: string, request: RequestInit): Promise<Response> {
    return fetch(`${this.base}/api/v1${path}`, {
      ...request,
      headers: {
        ...(request.headers as Record<string, string> | undefined),
        ...(this.#token ? { authorization: `Bearer ${this.#token}` } : {}),
      },
    });
  }

  async close(): Promise<void> {
    await this.#app?.close();
  }
}

async function refuse(response: Response): Promise<never> {
  const { error } = (await response.json().catch(() => ({}))) as {
    readonly error?: { code: ErrorCode; message: string };
  };
  throw new AppError(error?.code ?? 'internal', error?.message ?? response.statusText);
}

async function answers(base: string): Promise<boolean> {
  try {
    const response = await fetch(`${base}/readyz`, { signal: AbortSignal.timeout(PROBE_MS) });
    return response.ok;
  } catch {
    // Nobody there: the CLI opens a server of its own.
    return false;
  }
}
