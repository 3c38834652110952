/**
 * `.cube` look-up tables: 1-D, 3-D, and 3-D behind a 1-D shaper, in the dialects of Adobe (Iridas:
 * DOMAIN_MIN, DOMAIN_MAX) and DaVinci Resolve (LUT_1D_INPUT_RANGE, LUT_3D_INPUT_RANGE). Rows are
 * red fastest. What is wrong is refused with its line; values outside 0..1 are legal. Pure.
 * https://web.archive.org/web/20220220033515/https://wwwimages2.adobe.com/content/dam/acom/en/products/speedgrade/cc/pdfs/cube-lut-specification-1.0.pdf
 */
import { AppError } from '../../core/errors.ts';

export type Triple = readonly [number, number, number];

/** `values`: rows of r, g, b, as many as `size` (a curve) or `size` cubed. */
export type LutTable = {
  readonly size: number;
  /** Inputs of the first and the last row, for r, g, b. */
  readonly min: Triple;
  readonly max: Triple;
  readonly values: Float32Array;
};

export type CubeLut = {
  readonly title: string;
  /** Alone, or before the cube. */
  readonly curve: LutTable | undefined;
  readonly cube: LutTable | undefined;
};

/** The specifications' own limits; a cube of 256 would take 400 MB of text. */
const MOST_1D = 65_536;
const MOST_3D = 129;
const MOST_VALUE = 1e6;
const LONGEST_LINE = 4096;
const TITLE_CHARACTERS = 120;

/** Throws `bad_request` with line and reason. */
export function readCube(text: string): CubeLut {
  const reader = new CubeReader();
  let line = 0;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    const stop = end === -1 ? text.length : end;
    line += 1;
    if (stop - at > LONGEST_LINE) throw wrong(line, `it has more than ${LONGEST_LINE} characters`);
    reader.take(text.slice(at, stop), line);
    at = stop + 1;
  }
  return reader.end(line);
}

class CubeReader {
  #title = '';
  #size1 = 0;
  #size3 = 0;
  #domainMin: Triple | undefined;
  #domainMax: Triple | undefined;
  #range1: readonly [number, number] | undefined;
  #range3: readonly [number, number] | undefined;
  #values: Float32Array | undefined;
  #rows = 0;

  take(raw: string, line: number): void {
    const text = withoutComment(raw).trim();
    if (text === '') return;
    if (/^[-+.\d]/.test(text)) this.#row(text, line);
    else this.#keyword(text, line);
  }

  end(line: number): CubeLut {
    if (this.#size1 === 0 && this.#size3 === 0) {
      throw wrong(line, 'no LUT_1D_SIZE or LUT_3D_SIZE was found: this is no .cube file');
    }
    if (this.#rows < this.#wanted) {
      throw wrong(line, `the file ends after ${this.#rows} of ${this.#wanted} rows`);
    }
    const curve = this.#size1 > 0 ? this.#table('curve', line) : undefined;
    const cube = this.#size3 > 0 ? this.#table('cube', line) : undefined;
    return { title: this.#title, curve, cube };
  }

  get #wanted(): number {
    return this.#size1 + this.#size3 ** 3;
  }

  #keyword(text: string, line: number): void {
    const [word = ''] = text.split(/\s/, 1);
    const rest = text.slice(word.length).trim();
    if (word !== 'TITLE' && this.#rows > 0) {
      throw wrong(line, `${word.slice(0, 40)} comes after the first row of values`);
    }
    switch (word) {
      case 'TITLE':
        this.#title = rest.replaceAll('"', '').slice(0, TITLE_CHARACTERS);
        return;
      case 'LUT_1D_SIZE':
        this.#size1 = size(rest, this.#size1, { word, most: MOST_1D, line });
        return;
      case 'LUT_3D_SIZE':
        this.#size3 = size(rest, this.#size3, { word, most: MOST_3D, line });
        return;
      case 'DOMAIN_MIN':
        this.#domainMin = triple(numbers(rest, 3, line));
        return;
      case 'DOMAIN_MAX':
        this.#domainMax = triple(numbers(rest, 3, line));
        return;
      case 'LUT_1D_INPUT_RANGE':
        this.#range1 = pair(numbers(rest, 2, line));
        return;
      case 'LUT_3D_INPUT_RANGE':
        this.#range3 = pair(numbers(rest, 2, line));
        return;
      default:
        throw wrong(line, `the keyword "${word.slice(0, 40)}" is not known`);
    }
  }

  #row(text: string, line: number): void {
    if (this.#wanted === 0) throw wrong(line, 'values come before LUT_1D_SIZE or LUT_3D_SIZE');
    if (this.#rows === this.#wanted) throw wrong(line, `there are more than ${this.#wanted} rows`);
    this.#values ??= new Float32Array(this.#wanted * 3);
    this.#values.set(numbers(text, 3, line), this.#rows * 3);
    this.#rows += 1;
  }

  #table(which: 'curve' | 'cube', line: number): LutTable {
    const range = which === 'curve' ? this.#range1 : this.#range3;
    // Adobe's domain is that of the table which the picture meets first.
    const first = which === 'curve' || this.#size1 === 0;
    const min = range ? all(range[0]) : ((first ? this.#domainMin : undefined) ?? all(0));
    const max = range ? all(range[1]) : ((first ? this.#domainMax : undefined) ?? all(1));
    if (min.some((low, i) => low >= max[i]!)) {
      throw wrong(line, `the input range ${min.join(' ')} to ${max.join(' ')} is empty`);
    }
    const values = this.#values!;
    return which === 'curve'
      ? { size: this.#size1, min, max, values: values.subarray(0, this.#size1 * 3) }
      : { size: this.#size3, min, max, values: values.subarray(this.#size1 * 3) };
  }
}

/** A `#` within a quoted title is no comment. */
function withoutComment(text: string): string {
  const at = text.indexOf('#');
  if (at === -1) return text;
  const quotes = text.slice(0, at).split('"').length - 1;
  if (quotes % 2 === 0) return text.slice(0, at);
  const close = text.indexOf('"', at);
  return close === -1 ? text : text.slice(0, close + 1);
}

function size(
  text: string,
  before: number,
  { word, most, line }: { readonly word: string; readonly most: number; readonly line: number },
): number {
  if (before > 0) throw wrong(line, `${word} is said twice`);
  const value = Number(text);
  if (Number.isInteger(value) && value >= 2 && value <= most) return value;
  throw wrong(line, `${word} must be a whole number from 2 to ${most}, not "${text.slice(0, 40)}"`);
}

function numbers(text: string, count: number, line: number): number[] {
  const words = text.split(/\s+/, count + 1);
  const found = words.map(Number);
  if (words.length !== count || found.some((value) => !(Math.abs(value) <= MOST_VALUE))) {
    throw wrong(line, `expected ${count} numbers, found "${text.slice(0, 60)}"`);
  }
  return found;
}

function triple([r, g, b]: readonly number[]): Triple {
  return [r!, g!, b!];
}

function pair([low, high]: readonly number[]): readonly [number, number] {
  return [low!, high!];
}

function all(value: number): Triple {
  return [value, value, value];
}

function wrong(line: number, why: string): AppError {
  return new AppError('bad_request', `The LUT's line ${line}: ${why}`);
}

/** What it is, in a few words: `33³`, `1-D, 1024 steps`, `33³ behind a curve of 1024`. */
export function aboutLut({ curve, cube }: CubeLut): string {
  if (!cube) return `1-D, ${curve!.size} steps`;
  return curve ? `${cube.size}³ behind a curve of ${curve.size}` : `${cube.size}³`;
}
