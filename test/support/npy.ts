/** Arrays that NumPy wrote: float32, C order. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
import { readFileSync } from 'node:fs';

export function readNpy(path: string): { readonly shape: number[]; readonly data: Float32Array } {
  const bytes = readFileSync(path);
  const start = 10 + bytes.readUInt16LE(8);
  const head = bytes.toString('latin1', 10, start);
  if (!head.includes("'<f4'") || !head.includes("'fortran_order': False")) {
    throw new Error(`${path}: ${head}`);
  }
  const shape = /\(([\d, ]+)\)/.exec(head)![1]!.split(',').filter((part) => part.trim() !== '').map(Number); // prettier-ignore
  return { shape, data: new Float32Array(bytes.buffer.slice(bytes.byteOffset + start)) };
}
