import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { AppError } from '../../../server/core/errors.ts';
import { readManifest } from '../../../server/models/manifest.ts';
import { ModelStore } from '../../../server/models/model-store.ts';
import type { ModelName } from '../../../server/protocol/index.ts';

const NAME = 'eye' as ModelName;
const BYTES = Buffer.alloc(300_000, 'landmarks ');
const sum = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posecast-models-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function openStore(mirror: string, change: object = {}): Promise<ModelStore> {
  const manifest = join(folder, 'manifest.json');
  const entry = {
    name: NAME,
    purpose: 'face',
    file: 'eye.task',
    url: 'https://models.invalid/eye.task',
    sizeBytes: BYTES.length,
    sha256: sum(BYTES),
    licence: 'Apache-2.0',
    author: 'A test',
    ...change,
  };
  const models = { format: 'posecast-models', version: 1, models: [entry] };
  await writeFile(manifest, JSON.stringify(models));
  return ModelStore.open({ manifest, folder: join(folder, 'data'), mirror });
}

/** A mirror over HTTP; `answer` may cut, refuse or change what it sends. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('downloading a model', () => {
  test('from a folder: whole, checked, listed and removed again', async () => {
    const mirror = join(folder, 'mirror');
    await mkdir(mirror);
    await writeFile(join(mirror, 'eye.task'), BYTES);
    const store = await openStore(mirror);
    assert.equal((await store.status(NAME)).state, 'missing');
    await assert.rejects(store.file(NAME), (error) => codeOf(error) === 'not_found');

    await Promise.all([store.pull(NAME), store.pull(NAME)]);

    const status = await store.status(NAME);
    assert.equal(status.state, 'ready');
    assert.equal(status.receivedBytes, BYTES.length);
    assert.deepEqual(await readFile(await store.file(NAME)), BYTES);
    assert.equal(await store.verify(NAME), undefined);

    await store.remove(NAME);
    assert.equal((await store.status(NAME)).state, 'missing');
    assert.deepEqual(await readdir(join(folder, 'data')), []);
  });

  test('an interrupted download goes on where it ended', async () => {
    const ranges: (string | undefined)[] = [];
    await using mirror = await serve((request, response) => {
      ranges.push(request.headers.range);
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      if (from > 0) {
        response.writeHead(206).end(BYTES.subarray(from));
        return;
      }
      response.writeHead(200, { 'content-length': BYTES.length });
      response.write(BYTES.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50));
    });
    const store = await openStore(mirror.url);

    await assert.rejects(store.pull(NAME), (error) => codeOf(error) === 'download_failed');
    const cut = await store.status(NAME);
    assert.equal(cut.state, 'missing');
    assert.match(cut.problem, /eye\.task can't be had/);
    assert.ok(cut.receivedBytes > 0 && cut.receivedBytes <= 100_000, `${cut.receivedBytes}`);

    await store.pull(NAME);
    assert.deepEqual(ranges, [undefined, `bytes=${cut.receivedBytes}-`]);
    assert.deepEqual(await readFile(await store.file(NAME)), BYTES);
    assert.equal((await store.status(NAME)).problem, '');
  });

  test('called off, it keeps what it has and blames nobody', async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': BYTES.length });
      response.write(BYTES.subarray(0, 100_000));
    });
    const store = await openStore(server.url);
    const pull = store.pull(NAME).catch((error: unknown) => codeOf(error));
    const onDisk = async () => {
      const [part] = await readdir(join(folder, 'data')).catch(() => []);
      return part === undefined ? 0 : (await stat(join(folder, 'data', part))).size;
    };
    while ((await onDisk()) === 0) await new Promise(setImmediate);

    await store.cancel(NAME);

    assert.equal(await pull, 'download_failed');
    const { state, problem, receivedBytes } = await store.status(NAME);
    assert.deepEqual([state, problem], ['missing', '']);
    assert.ok(receivedBytes > 0, 'the next one goes on there');
    await store.cancel(NAME);
  });

  test('a source that ignores ranges is read from the start', async () => {
    let cutOff = true;
    await using mirror = await serve((_request, response) => {
      response.writeHead(200);
      if (!cutOff) return void response.end(BYTES);
      cutOff = false;
      response.write(BYTES.subarray(0, 50_000), () => setTimeout(() => response.destroy(), 50));
    });
    const store = await openStore(mirror.url);
    await assert.rejects(store.pull(NAME));
    await store.pull(NAME);
    assert.deepEqual(await readFile(await store.file(NAME)), BYTES);
  });

  test('another file than the manifest names is refused and not kept', async () => {
    const other = Buffer.from(BYTES);
    other[7] = 0;
    await using mirror = await serve((_request, response) => void response.end(other));
    const store = await openStore(mirror.url);
    await assert.rejects(store.pull(NAME), (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, 'download_failed');
      assert.ok(error.message.includes(sum(BYTES)) && error.message.includes(sum(other)));
      return true;
    });
    assert.deepEqual(await readdir(join(folder, 'data')), []);
  });

  test('too short, too long and absent files are refused with the reason', async () => {
    const answers: Record<string, (response: ServerResponse) => void> = {
      'ended after': (response) => void response.end(BYTES.subarray(0, 10)),
      'larger than': (response) => void response.end(Buffer.concat([BYTES, BYTES])),
      'was 404': (response) => void response.writeHead(404).end(),
    };
    for (const [reason, answer] of Object.entries(answers)) {
      await using mirror = await serve((_request, response) => answer(response));
      const store = await openStore(mirror.url);
      await assert.rejects(store.pull(NAME), new RegExp(reason));
      await store.remove(NAME);
    }
  });

  test('a file damaged on disk is found by verify', async () => {
    const mirror = join(folder, 'mirror');
    await mkdir(mirror);
    await writeFile(join(mirror, 'eye.task'), BYTES);
    const store = await openStore(mirror);
    await store.pull(NAME);
    await writeFile(await store.file(NAME), Buffer.alloc(BYTES.length));
    assert.match((await store.verify(NAME)) ?? '', /sha256 is/);
  });
});

describe('the manifest', () => {
  test('the installation’s own names a model for each purpose', async () => {
    const entries = await readManifest(join(import.meta.dirname, '../../../models/manifest.json'));
    assert.deepEqual(new Set(entries.map(({ purpose }) => purpose)), new Set(['body', 'face', 'hands', 'captions'])); // prettier-ignore
    for (const { url, file } of entries) assert.ok(url.endsWith(`/${file}`), url);
  });

  test('paths, plain http and doubles are refused', async () => {
    await assert.rejects(openStore('', { file: '../eye.task' }), /models\.0\.file/);
    await assert.rejects(openStore('', { url: 'http://models.invalid/eye' }), /models\.0\.url/);
    await assert.rejects(openStore('', { sha256: 'short' }), /models\.0\.sha256/);
  });
});

function codeOf(error: unknown): string | undefined {
  return error instanceof AppError ? error.code : undefined;
}
