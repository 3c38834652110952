/**
 * Capital letters and digits as strokes on a grid 4 wide and 6 high, y down: what the built-in slate
 * writes an avatar's name with. A font file would be a dependency for one word. Pure data and one
 * function.
 */

type Point = readonly [x: number, y: number];
export type Stroke = readonly [Point, Point];

const WIDTH = 4;
const GAP = 2;
/** Corners of each line as `xy`, lines apart by a blank. */
const GLYPHS: Readonly<Record<string, string>> = {
  a: '062046 1434',
  b: '060030414233 0333444536 3606',
  c: '4130100105163645',
  d: '060020424426 0626',
  e: '40000646 0333',
  f: '400006 0333',
  g: '413010010516364543 2343',
  h: '0006 4046 0343',
  i: '1030 1636 2026',
  j: '404536160504',
  k: '0006 400346',
  l: '000646',
  m: '0600234046',
  n: '06004640',
  o: '103041453616050110',
  p: '06003041423303',
  q: '103041453616050110 2446',
  r: '06003041423303 2346',
  s: '413010010213334445361605',
  t: '0040 2026',
  u: '000516364540',
  v: '002640',
  w: '0016233640',
  x: '0046 4006',
  y: '002340 2326',
  z: '00400646',
  '0': '103041453616050110 1531',
  '1': '112026 1636',
  '2': '01103041420646',
  '3': '0040224345361605',
  '4': '36300444',
  '5': '400003334445361605',
  '6': '30100105163645443303',
  '7': '004016',
  '8': '103041423313020110 133344453616050413',
  '9': '0516364541301001021343',
  '-': '1333',
};

/** The strokes of a word and its width, in grid units; characters without a glyph are blanks. */
export function strokesOf(word: string): { readonly strokes: Stroke[]; readonly width: number } {
  const strokes: Stroke[] = [];
  const letters = Array.from(word.toLowerCase());
  for (const [i, letter] of letters.entries()) {
    const left = i * (WIDTH + GAP);
    for (const line of (GLYPHS[letter] ?? '').split(' ')) {
      const corners = (line.match(/../g) ?? []).map((pair): Point => [
        left + Number(pair[0]),
        Number(pair[1]),
      ]);
      corners.slice(1).forEach((corner, at) => strokes.push([corners[at]!, corner]));
    }
  }
  return { strokes, width: Math.max(0, letters.length * (WIDTH + GAP) - GAP) };
}
