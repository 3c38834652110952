/**
 * A page of real Chromium with the real mediasoup-client in it, for tests that speak WebRTC
 * with the server as a panel does. The library is CommonJS: its files are put together here and
 * given to the page through the debugger, which no content policy stops.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { io, type Socket } from 'socket.io-client';

/** Name under which the page finds mediasoup-client's exports. */
export const LIBRARY = 'mediasoupClient';

const ANSWER_MS = 30_000;

export class RtcPage implements AsyncDisposable {
  readonly page: Page;
  readonly #socket: Socket;

  private constructor(page: Page, socket: Socket) {
    this.page = page;
    this.#socket = socket;
  }

  /** The page calls `ask(name, request)` for a request to the server; a refusal throws there. */
  static async open(browser: Browser, url: string): Promise<RtcPage> {
    const socket = io(url, { transports: ['websocket'], reconnection: false });
    const page = await browser.newPage();
    const rtc = new RtcPage(page, socket);
    // WebRTC wants a secure context, which a blank page isn't; any page of the server is.
    await page.goto(`${url}/healthz`);
    await page.exposeFunction('ask', (name: string, request: unknown) => rtc.ask(name, request));
    await page.evaluate(`globalThis.${LIBRARY} = ${commonJsBundle('mediasoup-client')}`);
    return rtc;
  }

  async ask(name: string, request: unknown): Promise<unknown> {
    const answer = (await this.#socket.timeout(ANSWER_MS).emitWithAck(name, request)) as
      | { readonly ok: true; readonly data: unknown }
      | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } };
    if (answer.ok) return answer.data;
    throw new Error(`${name}: ${answer.error.code}: ${answer.error.message}`);
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.page.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** An expression whose value is the package's exports: all files it requires, in one. */
function commonJsBundle(entry: string): string {
  const files = new Map<string, string>();
  const main = addFile(createRequire(import.meta.url).resolve(entry), files);
  const table = [...files].map(([file, code]) => `${JSON.stringify(file)}: ${code}`).join(',\n');
  return `(() => {
    const files = {${table}};
    const loaded = {};
    const load = (file) => {
      if (loaded[file]) return loaded[file].exports;
      const module = (loaded[file] = { exports: {} });
      files[file](module, module.exports, load);
      return module.exports;
    };
    return load(${JSON.stringify(main)});
  })()`;
}

/** Adds a file and what it requires; returns the name under which it was added. */
function addFile(file: string, files: Map<string, string>): string {
  if (files.has(file)) return file;
  files.set(file, '');
  const { resolve } = createRequire(file);
  const code = readFileSync(file, 'utf8').replaceAll(
    /\brequire\(['"]([^'"]+)['"]\)/g,
    (_, name: string) => {
      const found = browserFile(resolve(name));
      return `require(${JSON.stringify(addFile(found, files))})`;
    },
  );
  files.set(file, `(module, exports, require) => {${code}\n}`);
  return file;
}

/** What a bundler takes instead, where a package has a version for browsers. */
function browserFile(file: string): string {
  if (!file.endsWith(join('debug', 'src', 'index.js'))) return file;
  return join(dirname(file), 'browser.js');
}
