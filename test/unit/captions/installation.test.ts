import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { findCaptions } from '../../../server/captions/installation.ts';
import { ROOT } from '../../../server/config.ts';
import { ModelStore } from '../../../server/models/model-store.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'posecast-captions-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** The installation's own manifest over an empty folder of models. */
function openModels(): Promise<ModelStore> {
  const manifest = join(ROOT, 'models', 'manifest.json');
  return ModelStore.open({ manifest, folder: join(dataDir, 'models'), mirror: undefined });
}

async function installPackage(): Promise<string> {
  const folder = join(dataDir, 'captions', 'node_modules', 'sherpa-onnx-node');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"main": "main.js"}');
  await writeFile(join(folder, 'main.js'), '');
  return join(folder, 'main.js');
}

test('without the package the sentence holds the command that installs it', async () => {
  const found = await findCaptions({ dataDir, folders: [], models: await openModels() });
  assert.equal(found.state, 'no-package');
  assert.match(found.reason, /npm install .*--prefix .*captions sherpa-onnx-node@\d/);
});

test('with the package alone it asks for the model', async () => {
  await installPackage();
  const found = await findCaptions({ dataDir, folders: [], models: await openModels() });
  assert.equal(found.state, 'no-model');
  assert.match(found.reason, /posecast models pull captions/);
});

test('with both it knows every file', async () => {
  const packageFile = await installPackage();
  const models = await openModels();
  const listed = await models.list();
  const found = await findCaptions({
    dataDir,
    folders: [],
    models: {
      list: () => Promise.resolve(listed.map(({ name }) => ({ name, state: 'ready' }))),
      file: (name) => Promise.resolve(`/models/${name}`),
    },
  });
  assert.equal(found.state, 'here');
  assert.deepEqual(found.settings, {
    packageFile,
    encoder: '/models/moonshine-tiny-en-encoder',
    decoder: '/models/moonshine-tiny-en-decoder',
    tokenizer: '/models/moonshine-tiny-en-tokenizer',
    workDir: join(dataDir, 'captions'),
  });
});
