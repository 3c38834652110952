/**
 * Enlarges a square premultiplied RGBA picture into a place of a larger one by Catmull-Rom splines
 * (Mitchell & Netravali 1988 with B = 0, C = 1/2). AssemblyScript; compile.mjs makes enlarge.wasm.
 *
 * Each row of the result mixes four rows of the source into 16-bit sums, and each pixel of it four
 * of those. Overshoot is cut to 0 and to alpha, so that colours stay premultiplied ones.
 */

/** Repeated pixels on both sides of the row of sums. */
const MARGIN: i32 = 4;
/** Bytes of a column's entry: the address of its first sum, padding, eight weights twice. */
const ENTRY: usize = 48;

let side: i32 = 0;
let width: i32 = 0;
let height: i32 = 0;
/** The place: columns from `first` to `last` and rows from `top` on, `length` on both sides. */
let left: i32 = 0;
let top: i32 = 0;
let length: i32 = 0;
let first: i32 = 0;
let last: i32 = 0;
let source: usize = 0;
let target: usize = 0;
let sums: usize = 0;
let columns: usize = 0;

/** Lays out the memory; returns the address of the source. The place may hang over the sides. */
export function open(
  sourceSide: i32,
  targetWidth: i32,
  targetHeight: i32,
  placeLeft: i32,
  placeTop: i32,
  placeSide: i32,
): usize {
  side = sourceSide;
  width = targetWidth;
  height = targetHeight;
  left = placeLeft;
  top = placeTop;
  length = placeSide;
  first = max(0, left);
  last = min(width, left + length);
  source = (__heap_base + 15) & ~15;
  target = (source + <usize>(side * side * 4) + 15) & ~15;
  sums = (target + <usize>(width * height * 4) + 15) & ~15;
  columns = sums + <usize>((side + 2 * MARGIN) * 8);
  const end = columns + <usize>width * ENTRY;
  const pages = <i32>((end + 0xffff) >>> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) unreachable();
  for (let x = first; x < last; x += 1) layColumn(x);
  return source;
}

/** Address of the result: 4 x width x height bytes. */
export function result(): usize {
  return target;
}

export function enlarge(): void {
  const from = max(0, top);
  const to = min(height, top + length);
  for (let y = from; y < to; y += 1) {
    mixRows(y);
    const row = target + <usize>(y * width * 4);
    for (let x = first; x < last; x += 1) store<u32>(row + <usize>(x * 4), pixel(x));
  }
}

/** Where a column or row of the place lies in the source, as pixels from the first one's middle. */
function placeOf(index: i32, start: i32): f32 {
  return ((<f32>(index - start) + 0.5) * <f32>side) / <f32>length - 0.5;
}

function layColumn(x: i32): void {
  const at = placeOf(x, left);
  const begin = <i32>Mathf.floor(at);
  const t = at - <f32>begin;
  const entry = columns + <usize>x * ENTRY;
  store<usize>(entry, sums + <usize>((max(-3, min(side, begin)) - 1 + MARGIN) * 8));
  for (let tap = 0; tap < 4; tap += 1) {
    const weight = <i16>nearest<f32>(spline(t, tap) * 4096);
    for (let channel = 0; channel < 4; channel += 1) {
      store<i16>(entry + 16 + <usize>((tap * 4 + channel) * 2), weight);
    }
  }
}

function spline(t: f32, tap: i32): f32 {
  const t2 = t * t;
  const t3 = t2 * t;
  if (tap === 0) return 0.5 * (-t3 + 2 * t2 - t);
  if (tap === 1) return 0.5 * (3 * t3 - 5 * t2 + 2);
  if (tap === 2) return 0.5 * (-3 * t3 + 4 * t2 + t);
  return 0.5 * (t3 - t2);
}

/** Sums of four rows, 32 times as large as colours, and the margins. */
function mixRows(y: i32): void {
  const at = placeOf(y, top);
  const begin = <i32>Mathf.floor(at);
  const t = at - <f32>begin;
  const row0 = rowAt(begin - 1);
  const row1 = rowAt(begin);
  const row2 = rowAt(begin + 1);
  const row3 = rowAt(begin + 2);
  const weight0 = rowWeight(t, 0);
  const weight1 = rowWeight(t, 1);
  const weight2 = rowWeight(t, 2);
  const weight3 = rowWeight(t, 3);
  const out = sums + MARGIN * 8;
  const bytes = <usize>(side * 4);
  for (let i: usize = 0; i < bytes; i += 8) {
    let sum = i16x8.q15mulr_sat_s(eight(row0 + i), weight0);
    sum = i16x8.add(sum, i16x8.q15mulr_sat_s(eight(row1 + i), weight1));
    sum = i16x8.add(sum, i16x8.q15mulr_sat_s(eight(row2 + i), weight2));
    sum = i16x8.add(sum, i16x8.q15mulr_sat_s(eight(row3 + i), weight3));
    v128.store(out + i * 2, sum);
  }
  const end = out + <usize>(side * 8);
  for (let i = 1; i <= MARGIN; i += 1) {
    store<u64>(out - <usize>(i * 8), load<u64>(out));
    store<u64>(end + <usize>((i - 1) * 8), load<u64>(end - 8));
  }
}

function rowAt(index: i32): usize {
  return source + <usize>(max(0, min(side - 1, index)) * side * 4);
}

/** Half of it, as fifteen bits: the product is doubled less by as much. */
function rowWeight(t: f32, tap: i32): v128 {
  return i16x8.splat(<i16>nearest<f32>(spline(t, tap) * 16384));
}

/** Eight bytes, 64 times as large. */
function eight(address: usize): v128 {
  return i16x8.shl(v128.load_ext<u8>(address), 6);
}

function pixel(x: i32): u32 {
  const entry = columns + <usize>x * ENTRY;
  const from = load<usize>(entry);
  const near = v128.load(from);
  const far = v128.load(from + 16);
  const nearWeights = v128.load(entry + 16);
  const farWeights = v128.load(entry + 32);
  let sum = i32x4.add(
    i32x4.extmul_low_i16x8_s(near, nearWeights),
    i32x4.extmul_high_i16x8_s(near, nearWeights),
  );
  sum = i32x4.add(sum, i32x4.extmul_low_i16x8_s(far, farWeights));
  sum = i32x4.add(sum, i32x4.extmul_high_i16x8_s(far, farWeights));
  sum = i32x4.shr_s(i32x4.add(sum, i32x4.splat(1 << 16)), 17);
  sum = i32x4.min_s(sum, i32x4.splat(max(0, min(255, i32x4.extract_lane(sum, 3)))));
  const words = i16x8.narrow_i32x4_s(sum, sum);
  return i32x4.extract_lane(i8x16.narrow_i16x8_u(words, words), 0);
}
