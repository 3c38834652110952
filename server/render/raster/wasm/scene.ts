/**
 * Pictures over pictures and colours through tables, for scenes. AssemblyScript; compile.mjs makes
 * scene.wasm. Addresses come from `reserve`; all are 16-byte aligned.
 */

let end: usize = (__heap_base + 15) & ~15;

/** Memory for good; with it goes the instance. */
export function reserve(bytes: i32): usize {
  const at = end;
  end = (end + <usize>bytes + 31) & ~15;
  const pages = <i32>((end + 0xffff) >>> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) unreachable();
  return at;
}

/**
 * Grades `pixels` premultiplied RGBA in place; `pixels` a multiple of 2. `axes`: for each channel 256
 * entries of (offset u32, share u32 in 1/32767); `nodes`: r, g, b, 0 as i16, 32 a level, red fastest,
 * `size` a side. `kept`: how much of the colour stays as it was, in 1/32767. Clear pixels are passed
 * over. `known`: KNOWN pairs of (pixel, graded), zeros at first: pictures have few colours, and the
 * next one has the same.
 */
export function grade(
  rgba: usize,
  pixels: i32,
  axes: usize,
  nodes: usize,
  size: i32,
  tetrahedral: i32,
  kept: i32,
  known: usize,
): void {
  const strideG = <usize>(size * 8);
  const strideB = <usize>(size * size * 8);
  const stop = rgba + (<usize>pixels << 2);
  let before: u32 = 0;
  let after: u32 = 0;
  let at = rgba;
  while (at < stop) {
    // The memory goes on behind a picture whose end is no multiple of four pixels.
    if (!v128.any_true(v128.load(at))) {
      at += 16;
      continue;
    }
    const next = min<usize>(at + 16, stop);
    for (; at < next; at += 4) {
      const pixel = load<u32>(at);
      if (pixel === before) {
        store<u32>(at, after);
        continue;
      }
      before = pixel;
      const entry = known + <usize>(((pixel * 0x9e3779b1) >>> KNOWN_SHIFT) << 3);
      const pair = load<u64>(entry);
      if (<u32>pair === pixel) {
        after = <u32>(pair >>> 32);
      } else {
        after = graded(pixel, axes, nodes, strideG, strideB, tetrahedral, kept);
        store<u64>(entry, (<u64>after << 32) | <u64>pixel);
      }
      store<u32>(at, after);
    }
  }
}

/** 32768 of them, 256 kB. */
const KNOWN_SHIFT: u32 = 17;

function graded(
  pixel: u32,
  axes: usize,
  nodes: usize,
  strideG: usize,
  strideB: usize,
  tetrahedral: i32,
  kept: i32,
): u32 {
  const alpha = pixel >>> 24;
  if (alpha === 0) return pixel;
  const plain = alpha === 255 ? pixel : straight(pixel, alpha);
  let shown = tetrahedral
    ? throughTetrahedra(plain, axes, nodes, strideG, strideB)
    : throughCells(plain, axes, nodes, strideG, strideB);
  if (kept > 0) {
    // Towards the colour as it was, in 32nds of a level.
    const was = i16x8.shl(i16x8.extend_low_i8x16_u(i32x4.splat(<i32>plain)), 5);
    shown = lerp(shown, was, i16x8.splat(<i16>kept));
  }
  const levels = i16x8.shr_s(i16x8.add(shown, i16x8.splat(16)), 5);
  const packed = <u32>i32x4.extract_lane(i8x16.narrow_i16x8_u(levels, levels), 0) & 0xffffff;
  return alpha === 255 ? packed | 0xff000000 : premultiplied(packed, alpha);
}

/** Trilinear: both ends of red come with one load. Clamped to 0..255 levels. */
@inline
function throughCells(pixel: u32, axes: usize, nodes: usize, strideG: usize, strideB: usize): v128 {
  const r = axes + <usize>((pixel & 0xff) << 3);
  const g = axes + 2048 + <usize>(((pixel >>> 8) & 0xff) << 3);
  const b = axes + 4096 + <usize>(((pixel >>> 16) & 0xff) << 3);
  const at = nodes + load<u32>(r) + load<u32>(g) + load<u32>(b);
  const shareG = v128.load16_splat(g + 4);
  const near = lerp(v128.load(at), v128.load(at + strideG), shareG);
  const far = lerp(v128.load(at + strideB), v128.load(at + strideB + strideG), shareG);
  const both = lerp(near, far, v128.load16_splat(b + 4));
  const mapped = lerp(both, v128.shuffle<i64>(both, both, 1, 0), v128.load16_splat(r + 4));
  return bounded(mapped);
}

/** Four corners of one of six tetrahedra: along the axis with the largest share first. */
@inline
function throughTetrahedra(
  pixel: u32,
  axes: usize,
  nodes: usize,
  strideG: usize,
  strideB: usize,
): v128 {
  const r = axes + <usize>((pixel & 0xff) << 3);
  const g = axes + 2048 + <usize>(((pixel >>> 8) & 0xff) << 3);
  const b = axes + 4096 + <usize>(((pixel >>> 16) & 0xff) << 3);
  const at = nodes + load<u32>(r) + load<u32>(g) + load<u32>(b);
  const fr = load<i32>(r + 4);
  const fg = load<i32>(g + 4);
  const fb = load<i32>(b + 4);
  const gOverR = fg > fr;
  const topRG = select<i32>(fg, fr, gOverR);
  const lowRG = select<i32>(fr, fg, gOverR);
  const bIsTop = fb > topRG;
  const bIsLow = fb <= lowRG;
  const largest = select<i32>(fb, topRG, bIsTop);
  const least = select<i32>(fb, lowRG, bIsLow);
  const middle = fr + fg + fb - largest - least;
  const step1 = select<usize>(strideB, select<usize>(strideG, 8, gOverR), bIsTop);
  const all: usize = 8 + strideG + strideB;
  const step2 = all - select<usize>(strideB, select<usize>(8, strideG, gOverR), bIsLow);
  const first = v128.shuffle<i16>(
    v128.load64_zero(at),
    v128.load64_zero(at + step1),
    0, 8, 1, 9, 2, 10, 3, 11,
  );
  const second = v128.shuffle<i16>(
    v128.load64_zero(at + step2),
    v128.load64_zero(at + all),
    0, 8, 1, 9, 2, 10, 3, 11,
  );
  const weights1 = i32x4.splat(((largest - middle) << 16) | (32767 - largest));
  const weights2 = i32x4.splat((least << 16) | (middle - least));
  const sum = i32x4.add(i32x4.dot_i16x8_s(first, weights1), i32x4.dot_i16x8_s(second, weights2));
  const mapped = i32x4.shr_s(i32x4.add(sum, i32x4.splat(16384)), 15);
  return bounded(i16x8.narrow_i32x4_s(mapped, mapped));
}

@inline
function lerp(from: v128, to: v128, share: v128): v128 {
  return i16x8.add(from, i16x8.q15mulr_sat_s(i16x8.sub(to, from), share));
}

@inline
function bounded(values: v128): v128 {
  return i16x8.max_s(i16x8.min_s(values, i16x8.splat(255 * 32)), i16x8.splat(0));
}

@inline
function straight(pixel: u32, alpha: u32): u32 {
  const half = alpha >>> 1;
  const r = min<u32>(255, ((pixel & 0xff) * 255 + half) / alpha);
  const g = min<u32>(255, (((pixel >>> 8) & 0xff) * 255 + half) / alpha);
  const b = min<u32>(255, (((pixel >>> 16) & 0xff) * 255 + half) / alpha);
  return r | (g << 8) | (b << 16);
}

@inline
function premultiplied(pixel: u32, alpha: u32): u32 {
  const r = over255((pixel & 0xff) * alpha);
  const g = over255(((pixel >>> 8) & 0xff) * alpha);
  const b = over255(((pixel >>> 16) & 0xff) * alpha);
  return r | (g << 8) | (b << 16) | (alpha << 24);
}

@inline
function over255(value: u32): u32 {
  const v = value + 128;
  return (v + (v >>> 8)) >>> 8;
}

let wy: v128 = i32x4.splat(0);
let wu: v128 = i32x4.splat(0);
let wv: v128 = i32x4.splat(0);

/** BT.709 weights of r, g, b in 1/32768, once per instance. */
export function weigh(
  yr: i32,
  yg: i32,
  yb: i32,
  ur: i32,
  ug: i32,
  ub: i32,
  vr: i32,
  vg: i32,
  vb: i32,
): void {
  wy = weights(yr, yg, yb);
  wu = weights(ur, ug, ub);
  wv = weights(vr, vg, vb);
}

/**
 * Lays premultiplied RGBA (`w` x `h`, even) over the I420 picture at `planes` (`width` x `height`),
 * upper left corner at `x`, `y` (even, within the picture with all of it). Composing is linear, so
 * it is done in luma and chroma: what alpha lacks of the picture below stays.
 */
export function lay(
  rgba: usize,
  w: i32,
  h: i32,
  planes: usize,
  width: i32,
  height: i32,
  x: i32,
  y: i32,
): void {
  const half = width >> 1;
  const uPlane = planes + <usize>(width * height);
  const vPlane = uPlane + <usize>((width * height) >> 2);
  for (let row = 0; row < h; row += 2) {
    let top = rgba + <usize>(row * w * 4);
    let low = top + <usize>(w * 4);
    let yTop = planes + <usize>((y + row) * width + x);
    let yLow = yTop + <usize>width;
    const at = <usize>(((y + row) >> 1) * half + (x >> 1));
    let u = uPlane + at;
    let v = vPlane + at;
    let left = w;
    for (; left >= 4; left -= 4) {
      const a = v128.load(top);
      const b = v128.load(low);
      if (v128.any_true(v128.or(a, b))) {
        store<u32>(yTop, luma(a, v128.load32_zero(yTop)));
        store<u32>(yLow, luma(b, v128.load32_zero(yLow)));
        const sums = sumsOf(a, b);
        const clear = clearOf(a, b);
        store<u16>(u, chroma(sums, clear, wu, load<u16>(u)));
        store<u16>(v, chroma(sums, clear, wv, load<u16>(v)));
      }
      top += 16;
      low += 16;
      yTop += 4;
      yLow += 4;
      u += 2;
      v += 2;
    }
    if (left > 0) {
      const a = v128.load64_zero(top);
      const b = v128.load64_zero(low);
      if (v128.any_true(v128.or(a, b))) {
        store<u16>(yTop, <u16>luma(a, v128.load32_zero(yTop)));
        store<u16>(yLow, <u16>luma(b, v128.load32_zero(yLow)));
        const sums = sumsOf(a, b);
        const clear = clearOf(a, b);
        store<u8>(u, <u8>chroma(sums, clear, wu, load<u8>(u)));
        store<u8>(v, <u8>chroma(sums, clear, wv, load<u8>(v)));
      }
    }
  }
}

/** `from` towards `to` by `share` in 1/32767, into `to`; `bytes` a multiple of 2. */
export function mix(from: usize, to: usize, bytes: i32, share: i32): void {
  const s = i16x8.splat(<i16>share);
  for (let i: usize = 0; i < <usize>bytes; i += 16) {
    const a = v128.load(from + i);
    const b = v128.load(to + i);
    const lowA = i16x8.extend_low_i8x16_u(a);
    const highA = i16x8.extend_high_i8x16_u(a);
    const low = lerp(lowA, i16x8.extend_low_i8x16_u(b), s);
    const high = lerp(highA, i16x8.extend_high_i8x16_u(b), s);
    v128.store(to + i, i8x16.narrow_i16x8_u(low, high));
  }
}

@inline
function weights(r: i32, g: i32, b: i32): v128 {
  const four = i32x4.splat((g << 16) | (r & 0xffff));
  return v128.shuffle<i32>(four, i32x4.splat(b & 0xffff), 0, 4, 1, 5);
}

/** Four pixels over four lumas: 16 and what alpha leaves of the rest, 1/255 ~ 128.5 / 32768. */
@inline
function luma(pixels: v128, below: v128): u32 {
  const l = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(pixels), wy);
  const r = i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(pixels), wy);
  const front = i32x4.add(v128.shuffle<i32>(l, r, 0, 2, 4, 6), v128.shuffle<i32>(l, r, 1, 3, 5, 7));
  const clear = i32x4.sub(i32x4.splat(255), i32x4.shr_u(pixels, 24));
  const wide = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(below));
  const back = i32x4.mul(i32x4.sub(wide, i32x4.splat(16)), clear);
  const scaled = i32x4.add(i32x4.shl(back, 7), i32x4.shr_s(back, 1));
  const sum = i32x4.add(i32x4.add(front, scaled), i32x4.splat((16 << 15) + (1 << 14)));
  const y = i32x4.shr_s(sum, 15);
  const narrow = i16x8.narrow_i32x4_s(y, y);
  return <u32>i32x4.extract_lane(i8x16.narrow_i16x8_u(narrow, narrow), 0);
}

/** Sums of 2 x 2 pixels: two of them, four channels each. */
@inline
function sumsOf(a: v128, b: v128): v128 {
  const left = i16x8.add(i16x8.extend_low_i8x16_u(a), i16x8.extend_low_i8x16_u(b));
  const right = i16x8.add(i16x8.extend_high_i8x16_u(a), i16x8.extend_high_i8x16_u(b));
  return i16x8.add(v128.shuffle<i64>(left, right, 0, 2), v128.shuffle<i64>(left, right, 1, 3));
}

/** What alpha lacks over 2 x 2 pixels, twice: 0..1020 in the lanes 0 and 2. */
@inline
function clearOf(a: v128, b: v128): v128 {
  const sum = i32x4.add(i32x4.shr_u(a, 24), i32x4.shr_u(b, 24));
  const pairs = i32x4.add(sum, v128.shuffle<i32>(sum, sum, 1, 0, 3, 2));
  return i32x4.sub(i32x4.splat(1020), pairs);
}

@inline
function chroma(sums: v128, clear: v128, w: v128, below: u32): u16 {
  const d = i32x4.dot_i16x8_s(sums, w);
  const first = over(
    i32x4.extract_lane(d, 0) + i32x4.extract_lane(d, 1),
    i32x4.extract_lane(clear, 0),
    below & 0xff,
  );
  const second = over(
    i32x4.extract_lane(d, 2) + i32x4.extract_lane(d, 3),
    i32x4.extract_lane(clear, 2),
    (below >>> 8) & 0xff,
  );
  return <u16>((second << 8) | first);
}

@inline
function over(front: i32, clear: i32, below: u32): u32 {
  const back = (<i32>below - 128) * clear;
  const sum = (front + (back << 7) + (back >> 1) + (128 << 17) + (1 << 16)) >> 17;
  return <u32>max<i32>(0, min<i32>(255, sum));
}
