/** Thread entry: bakes looks, reads look-up tables. Owned by the baker. */
import { readFile, writeFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { toAppError } from '../core/errors.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import { aboutLut, readCube, type CubeLut, type Triple } from '../render/scene/cube-file.ts';
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
  /** A LUT as a small cube of bytes in base64, for an editor's preview. */
  | { readonly type: 'colours'; readonly id: number; readonly path: string; readonly side: number }
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

async function read(message: ToBaker & { type: 'about' | 'cube' | 'colours' }): Promise<string> {
  switch (message.type) {
    case 'about':
      return aboutLut(readCube(await readFile(message.path, 'utf8')));
    case 'colours':
      return coloursOf(readCube(await readFile(message.path, 'utf8')), message.side);
    case 'cube':
      return writeCube(message);
    default:
      return message satisfies never;
  }
}

function coloursOf(lut: CubeLut, side: number): string {
  const bytes = new Uint8ClampedArray(side ** 3 * 3);
  for (let i = 0; i < side ** 3; i += 1) {
    bytes.set(
      throughLut(lut, nodeOf(i, side), 'tetrahedral').map((value) => value * 255),
      i * 3,
    );
  }
  return Buffer.from(bytes.buffer).toString('base64');
}

/** Red fastest. */
function nodeOf(i: number, side: number): Triple {
  const share = (at: number): number => (at % side) / (side - 1);
  return [share(i), share(Math.floor(i / side)), share(Math.floor(i / side ** 2))];
}

async function writeCube(message: ToBaker & { type: 'cube' }): Promise<string> {
  const lut = readCube(await readFile(message.from, 'utf8'));
  const rows: string[] = [`LUT_3D_SIZE ${CUBE_SIDE}`];
  for (let i = 0; i < CUBE_SIDE ** 3; i += 1) {
    const colour = nodeOf(i, CUBE_SIDE);
    const graded = throughLut(lut, colour, 'tetrahedral');
    rows.push(graded.map((value, c) => (colour[c]! + (value - colour[c]!) * message.strength).toFixed(6)).join(' ')); // prettier-ignore
  }
  await writeFile(message.to, `${rows.join('\n')}\n`);
  return message.to;
}

function tell(message: FromBaker): void {
  parentPort!.postMessage(message);
}
