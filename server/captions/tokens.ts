/**
 * Moonshine's word pieces in the two forms they come in. Its `tokenizer.bin` has them one after
 * another, each behind its length in bytes (7 bits, or 15 with the lower 7 first and the top bit
 * set), some of them empty; sherpa-onnx reads a text file with the base64 of each and its number. Pure.
 */
import { AppError } from '../core/errors.ts';

/** `tokens.txt` of a `tokenizer.bin`. Throws `bad_pack` where the file is cut or empty. */
export function tokensText(tokenizer: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < tokenizer.length;) {
    const { length, headBytes } = lengthAt(tokenizer, at);
    const end = at + headBytes + length;
    if (end > tokenizer.length) throw broken(lines.length);
    const piece = Buffer.from(tokenizer.subarray(at + headBytes, end));
    lines.push(`${piece.toString('base64')} ${lines.length}\n`);
    at = end;
  }
  if (lines.length === 0) throw broken(0);
  return lines.join('');
}

function lengthAt(bytes: Uint8Array, at: number): { length: number; headBytes: 1 | 2 } {
  const first = bytes[at] ?? 0;
  if (first < 128) return { length: first, headBytes: 1 };
  return { length: (first & 127) + 128 * (bytes[at + 1] ?? 0), headBytes: 2 };
}

function broken(index: number): AppError {
  return new AppError('bad_pack', `The captions model's tokenizer is broken at piece ${index}`);
}
