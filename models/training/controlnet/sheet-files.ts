/** The raw arrays that Python maps into memory: pictures, control vectors, faces of one kind. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export class SheetFiles {
  readonly #files: Record<'pictures' | 'control' | 'face', number>;

  constructor(folder: string, name: string) {
    const open = (ending: string): number => openSync(join(folder, `${name}.${ending}`), 'w');
    this.#files = { pictures: open('u8'), control: open('control.f32'), face: open('face.f32') };
  }

  add(pictures: Uint8Array, control: Float32Array, face: Float32Array): void {
    writeSync(this.#files.pictures, pictures);
    writeSync(this.#files.control, bytesOf(control));
    writeSync(this.#files.face, bytesOf(face));
  }

  close(): void {
    for (const file of Object.values(this.#files)) closeSync(file);
  }
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
