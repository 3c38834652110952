import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENTS = [
  'README.md',
  'README.zh-CN.md',
  'ARCHITECTURE.md',
  'DECISIONS.md',
  'CONTRIBUTING.md',
  'models/README.md',
];

function read(path: string): Promise<string> {
  return readFile(join(ROOT, path), 'utf8');
}

test('every link to a file leads somewhere', async () => {
  let links = 0;
  for (const document of DOCUMENTS) {
    for (const [, target] of (await read(document)).matchAll(/\]\(([^)#\s]+)/g)) {
      if (/^https?:/.test(target!)) continue;
      links += 1;
      const path = resolve(ROOT, dirname(document), target!);
      await assert.doesNotReject(access(path), `${document} links to ${target}`);
    }
  }
  assert.ok(links >= 10, `${links} links were found`);
});

test('every command that is named exists', async () => {
  const { scripts } = JSON.parse(await read('package.json')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const cli = await read('server/cli.ts');
  const commands = new Set([...cli.matchAll(/\.command\('(\w+)'\)/g)].map(([, name]) => name));
  let named = 0;
  for (const document of DOCUMENTS) {
    const text = await read(document);
    for (const [, name] of text.matchAll(/`npm (?:run )?([a-z]+)[` ]/g)) {
      named += 1;
      assert.ok(scripts[name!] ?? name === 'install', `${document} names npm ${name}`);
    }
    for (const [, name] of text.matchAll(/npx posecast (\w+)/g)) {
      named += 1;
      assert.ok(commands.has(name), `${document} names posecast ${name}`);
    }
  }
  assert.ok(named >= 20, `${named} commands were found`);
});

test('the paths that the documents name exist', async () => {
  for (const document of ['ARCHITECTURE.md', 'CONTRIBUTING.md']) {
    for (const [, path] of (await read(document)).matchAll(
      /`((?:server|test|models)\/[\w./-]+)`/g,
    )) {
      await assert.doesNotReject(access(join(ROOT, path!)), `${document} names ${path}`);
    }
  }
});

test('both READMEs name every setting with its default', async () => {
  const config = await read('server/config.ts');
  const settings = [...config.matchAll(/^ {2}(POSECAST_\w+): /gm)].map(([, name]) => name!);
  assert.ok(settings.length >= 12, `${settings.length} settings were found`);
  for (const document of ['README.md', 'README.zh-CN.md']) {
    const text = await read(document);
    for (const name of settings) {
      // Only tests and measurements use it; CONTRIBUTING tells.
      if (name === 'POSECAST_SHARED_DATA') continue;
      assert.ok(text.includes(`\`${name}\``), `${document} lacks ${name}`);
    }
  }
});
