#!/usr/bin/env node
// `npx posecast <live|render|models|bench|doctor> ...`: gets what the command needs (lines on stderr,
// so that --json on stdout stays clean) and runs server/cli.ts under the project's own Node.js.

import { main } from '../setup/main.mjs';
import { exitWith } from '../setup/shell.mjs';

await exitWith(main('cli', process.argv.slice(2)));
