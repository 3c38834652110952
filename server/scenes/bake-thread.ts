/** Thread entry: bakes looks, reads look-up tables. Owned by the baker. */
import { readFile, writeFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { toAppError } from '../core/errors.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import { aboutLut, readCube } from '../render/scene/cube-file.ts';
import { throughLut } from '../render/scene/lut-reference.ts';
import { bake, type Baked, type BakeOrder } from './bake.ts';

export type ToBaker =
  | { readonly type: 'bake'; readonly id: number; readonly order: BakeOrder }
  | { readonly type: 'about'; readonly id: number; readonly path: string }
  /** Writes a LUT as a plain cube with its strength in it, for those who know only such. */
  | {
      readonly type: 'cube';
      readonly id: number;
      readonly from: string;
      readonly to: string;
      readonly strength: number;
    }
  | { readonly type: 'stop' };

export type FromBaker =
  | { readonly type: 'baked'; readonly id: number; readonly baked: Baked }
  | { readonly type: 'done'; readonly id: number; readonly text: string }
  | {
      readonly type: 'failed';
      readonly id: number;
      readonly code: ErrorCode;
      readonly message: string;
    };

const CUBE_SIDE = 33;
let turn: Promise<void> = Promise.resolve();

parentPort!.on('message', (message: ToBaker) => {
  turn = turn.then(() => (message.type === 'stop' ? parentPort!.close() : obey(message)));
});

async function obey(message: Exclude<ToBaker, { type: 'stop' }>): Promise<void> {
  const { id } = message;
  try {
    if (message.type === 'bake') {
      tell({ type: 'baked', id, baked: bake(message.order) });
      return;
    }
    tell({ type: 'done', id, text: await read(message) });
  } catch (error) {
    const { code, message: why } = toAppError(error);
    tell({ type: 'failed', id, code, message: why });
  }
}

async function read(message: ToBaker & { type: 'about' | 'cube' }): Promise<string> {
  if (message.type === 'about') return aboutLut(readCube(await readFile(message.path, 'utf8')));
  const lut = readCube(await readFile(message.from, 'utf8'));
  const rows: string[] = [`LUT_3D_SIZE ${CUBE_SIDE}`];
  for (let i = 0; i < CUBE_SIDE ** 3; i += 1) {
    const colour =
      [i % CUBE_SIDE, Math.floor(i / CUBE_SIDE) % CUBE_SIDE, Math.floor(i / CUBE_SIDE ** 2)] // prettier-ignore
        .map((at) => at / (CUBE_SIDE - 1)) as [number, number, number];
    const graded = throughLut(lut, colour, 'tetrahedral');
    rows.push(graded.map((value, c) => (colour[c]! + (value - colour[c]!) * message.strength).toFixed(6)).join(' ')); // prettier-ignore
  }
  await writeFile(message.to, `${rows.join('\n')}\n`);
  return message.to;
}

function tell(message: FromBaker): void {
  parentPort!.postMessage(message);
}
