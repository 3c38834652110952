// `npm run check`: types, lint with the import walls, format. All of them run, so that one push
// shows every complaint.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from './launch.mjs';
import { ensurePanelTypes } from './panel.mjs';
import { say } from './shell.mjs';

export async function runChecks(root) {
  await ensurePanelTypes(root);
  const failed = [];
  for (const { name, args } of checks(root)) {
    say(`checking ${name}`);
    const code = await launch(root, args, { cwd: root });
    if (code !== 0) failed.push(name);
  }
  say(failed.length === 0 ? 'all checks passed' : `failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}

function checks(root) {
  const tool = (...path) => join(root, 'node_modules', ...path);
  const tsc = tool('typescript', 'bin', 'tsc');
  const list = [
    { name: 'types of server and tests', args: [tsc, '-p', 'tsconfig.json'] },
    {
      name: 'lint',
      args: [tool('eslint', 'bin', 'eslint.js'), '.', '--no-warn-ignored'],
    },
    { name: 'format', args: [tool('prettier', 'bin', 'prettier.cjs'), '--check', '.'] },
  ];
  if (existsSync(join(root, 'web', 'tsconfig.json'))) {
    list.splice(1, 0, {
      name: 'types of the panel',
      args: [tsc, '-p', join('web', 'tsconfig.json'), '--noEmit'],
    });
  }
  return list;
}
