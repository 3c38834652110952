/**
 * Process entry: draws one moving picture of one avatar into a file and ends. Whatever draws or encodes
 * goes first. Owned by avatars/moving-pictures.ts, which reads what is wrong from stderr.
 */
import '../inference/no-telemetry.ts';
import { readFile, writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { loadPack } from '../inference/pack.ts';
import { checkTemplate } from '../motion/template/check.ts';
import { SHEETS, type SheetName } from '../protocol/moving.ts';
import { drawSheet } from './moving-sheet.ts';

/** Nice value among the server's own processes: somebody waits for the picture, too. */
const PATIENT = 10;

const [pack = '', motions = '', what = '', target = ''] = process.argv.slice(2);
if (!Object.hasOwn(SHEETS, what)) throw new Error(`"${what}" is no moving picture`);
setPriority(PATIENT);
const wave = checkTemplate(JSON.parse(await readFile(join(motions, 'wave.json'), 'utf8')));
await writeFile(target, await drawSheet(await loadPack(pack), what as SheetName, wave));
