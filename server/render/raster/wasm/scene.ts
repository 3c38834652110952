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

/** Bytes of one channel in `axes`; where key and share lie in an entry. */
const CHANNEL: usize = 2048;
const KEY: usize = 4;
const SHARE: usize = 6;

/**
 * Grades `pixels` premultiplied RGBA in place; `pixels` a multiple of 2. `axes`: for each channel 256
 * entries of (offset u32, key u32: the share in 1/32767 above the axis' stride in nodes, 16 bits each); `nodes`: r, g, b, 0 as i16, 32 a level, red fastest,
 * `size` a side. `kept`: how much of the colour stays as it was, in 1/32767. Clear pixels are passed
 * over; four opaque ones go together, and four like the four before them cost a comparison.
 */
export function grade(
  rgba: usize,
  pixels: i32,
  axes: usize,
  nodes: usize,
  size: i32,
  tetrahedral: i32,
  kept: i32,
): void {
  const strideG = <usize>(size * 8);
  const strideB = <usize>(size * size * 8);
  const stop = rgba + (<usize>pixels << 2);
  const opaque = i32x4.splat(0xff000000);
  let before = i32x4.splat(0);
  let after = i32x4.splat(0);
  for (let at = rgba; at < stop; at += 16) {
    // The memory goes on behind a picture whose end is no multiple of four pixels.
    const four = v128.load(at);
    if (!v128.any_true(four)) continue;
    if (at + 16 <= stop && i32x4.all_true(i32x4.ge_u(four, opaque))) {
      if (v128.any_true(v128.xor(four, before))) {
        before = four;
        after = tetrahedral
          ? fourThroughTetrahedra(at, axes, nodes, 8 + strideG + strideB)
          : fourThroughCells(at, axes, nodes, strideG, strideB);
        if (kept > 0) after = blended(after, four, i16x8.splat(<i16>kept));
        after = v128.or(after, opaque);
      }
      v128.store(at, after);
      continue;
    }
    const next = min<usize>(at + 16, stop);
    for (let one = at; one < next; one += 4) {
      const pixel = load<u32>(one);
      store<u32>(one, graded(pixel, axes, nodes, strideG, strideB, tetrahedral, kept));
    }
  }
}

/** Four pixels towards what they were. */
@inline
function blended(shown: v128, were: v128, kept: v128): v128 {
  const low = i16x8.shl(i16x8.extend_low_i8x16_u(shown), 5);
  const high = i16x8.shl(i16x8.extend_high_i8x16_u(shown), 5);
  return levels(
    lerp(low, i16x8.shl(i16x8.extend_low_i8x16_u(were), 5), kept),
    lerp(high, i16x8.shl(i16x8.extend_high_i8x16_u(were), 5), kept),
  );
}

/** Opaque pixels; their alpha is left 0. */
function fourThroughCells(
  at: usize,
  axes: usize,
  nodes: usize,
  strideG: usize,
  strideB: usize,
): v128 {
  const near = twoThroughCells(at, axes, nodes, strideG, strideB);
  return levels(near, twoThroughCells(at + 8, axes, nodes, strideG, strideB));
}

@inline
function twoThroughCells(
  at: usize,
  axes: usize,
  nodes: usize,
  strideG: usize,
  strideB: usize,
): v128 {
  const one = load<u32>(at);
  const other = load<u32>(at, 4);
  const first = betweenGreenAndBlue(one, axes, nodes, strideG, strideB);
  const second = betweenGreenAndBlue(other, axes, nodes, strideG, strideB);
  const shares = v128.shuffle<i64>(
    v128.load16_splat(axes + <usize>((one & 0xff) << 3), SHARE),
    v128.load16_splat(axes + <usize>((other & 0xff) << 3), SHARE),
    0,
    2,
  );
  const low = v128.shuffle<i64>(first, second, 0, 2);
  return lerp(low, v128.shuffle<i64>(first, second, 1, 3), shares);
}

/** Both ends of red, which lie side by side. */
@inline
function betweenGreenAndBlue(
  pixel: u32,
  axes: usize,
  nodes: usize,
  strideG: usize,
  strideB: usize,
): v128 {
  const r = axes + <usize>((pixel & 0xff) << 3);
  const g = axes + <usize>(((pixel >>> 8) & 0xff) << 3);
  const b = axes + <usize>(((pixel >>> 16) & 0xff) << 3);
  const at = nodes + load<u32>(r) + load<u32>(g, CHANNEL) + load<u32>(b, 2 * CHANNEL);
  const shareG = v128.load16_splat(g, CHANNEL + SHARE);
  const near = lerp(v128.load(at), v128.load(at + strideG), shareG);
  const far = lerp(v128.load(at + strideB), v128.load(at + strideB + strideG), shareG);
  return lerp(near, far, v128.load16_splat(b, 2 * CHANNEL + SHARE));
}

/**
 * Opaque pixels; their alpha is left 0. Of each pixel the keys of its channels, which are shares with
 * their strides below them, are brought into order, the largest share first; four pixels at once.
 */
function fourThroughTetrahedra(at: usize, axes: usize, nodes: usize, all: usize): v128 {
  const r = keysOf(at, axes + KEY);
  const g = keysOf(at + 1, axes + KEY + CHANNEL);
  const b = keysOf(at + 2, axes + KEY + 2 * CHANNEL);
  const high = i32x4.max_s(r, g);
  const low = i32x4.min_s(r, g);
  const first = i32x4.max_s(high, b);
  const rest = i32x4.min_s(high, b);
  const second = i32x4.max_s(low, rest);
  const third = i32x4.min_s(low, rest);
  const mask = i32x4.splat(0xffff);
  const step1 = i32x4.shl(v128.and(first, mask), 3);
  const step2 = i32x4.add(step1, i32x4.shl(v128.and(second, mask), 3));
  const largest = i32x4.shr_u(first, 16);
  const middle = i32x4.shr_u(second, 16);
  const least = i32x4.shr_u(third, 16);
  const weights1 = v128.or(
    i32x4.shl(i32x4.sub(largest, middle), 16),
    i32x4.sub(i32x4.splat(32767), largest),
  );
  const weights2 = v128.or(i32x4.shl(least, 16), i32x4.sub(middle, least));
  const one = between(
    nodeOf(at, axes, nodes),
    i32x4.extract_lane(step1, 0),
    i32x4.extract_lane(step2, 0),
    all,
    v128.shuffle<i32>(weights1, weights1, 0, 0, 0, 0),
    v128.shuffle<i32>(weights2, weights2, 0, 0, 0, 0),
  );
  const two = between(
    nodeOf(at + 4, axes, nodes),
    i32x4.extract_lane(step1, 1),
    i32x4.extract_lane(step2, 1),
    all,
    v128.shuffle<i32>(weights1, weights1, 1, 1, 1, 1),
    v128.shuffle<i32>(weights2, weights2, 1, 1, 1, 1),
  );
  const three = between(
    nodeOf(at + 8, axes, nodes),
    i32x4.extract_lane(step1, 2),
    i32x4.extract_lane(step2, 2),
    all,
    v128.shuffle<i32>(weights1, weights1, 2, 2, 2, 2),
    v128.shuffle<i32>(weights2, weights2, 2, 2, 2, 2),
  );
  const four = between(
    nodeOf(at + 12, axes, nodes),
    i32x4.extract_lane(step1, 3),
    i32x4.extract_lane(step2, 3),
    all,
    v128.shuffle<i32>(weights1, weights1, 3, 3, 3, 3),
    v128.shuffle<i32>(weights2, weights2, 3, 3, 3, 3),
  );
  return levels(i16x8.narrow_i32x4_s(one, two), i16x8.narrow_i32x4_s(three, four));
}

/** Of one channel of four pixels; `at`: its byte in the first. */
@inline
function keysOf(at: usize, keys: usize): v128 {
  let four = v128.load32_zero(keys + (<usize>load<u8>(at) << 3));
  four = v128.load32_lane(keys + (<usize>load<u8>(at, 4) << 3), four, 1);
  four = v128.load32_lane(keys + (<usize>load<u8>(at, 8) << 3), four, 2);
  return v128.load32_lane(keys + (<usize>load<u8>(at, 12) << 3), four, 3);
}

/** The lower corner of a pixel's cell. */
@inline
function nodeOf(at: usize, axes: usize, nodes: usize): usize {
  const r = load<u32>(axes + (<usize>load<u8>(at) << 3));
  const g = load<u32>(axes + (<usize>load<u8>(at, 1) << 3), CHANNEL);
  return nodes + r + g + load<u32>(axes + (<usize>load<u8>(at, 2) << 3), 2 * CHANNEL);
}

/** Four corners by their weights in 1/32767, two and two. */
@inline
function between(
  at: usize,
  step1: usize,
  step2: usize,
  all: usize,
  weights1: v128,
  weights2: v128,
): v128 {
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
  const sum = i32x4.add(i32x4.dot_i16x8_s(first, weights1), i32x4.dot_i16x8_s(second, weights2));
  return i32x4.shr_s(i32x4.add(sum, i32x4.splat(16384)), 15);
}

/** 32nds of a level as bytes; what lies outside is held at the end. */
@inline
function levels(near: v128, far: v128): v128 {
  const half = i16x8.splat(16);
  return i8x16.narrow_i16x8_u(
    i16x8.shr_s(i16x8.add(near, half), 5),
    i16x8.shr_s(i16x8.add(far, half), 5),
  );
}

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
    ? throughTetrahedra(plain, axes, nodes, 8 + strideG + strideB)
    : throughCells(plain, axes, nodes, strideG, strideB);
  if (kept > 0) {
    // Towards the colour as it was, in 32nds of a level.
    const was = i16x8.shl(i16x8.extend_low_i8x16_u(i32x4.splat(<i32>plain)), 5);
    shown = lerp(shown, was, i16x8.splat(<i16>kept));
  }
  const packed = <u32>i32x4.extract_lane(levels(shown, shown), 0) & 0xffffff;
  return alpha === 255 ? packed | 0xff000000 : premultiplied(packed, alpha);
}

/** Trilinear. Clamped to 0..255 levels. */
@inline
function throughCells(pixel: u32, axes: usize, nodes: usize, strideG: usize, strideB: usize): v128 {
  const both = betweenGreenAndBlue(pixel, axes, nodes, strideG, strideB);
  const share = v128.load16_splat(axes + <usize>((pixel & 0xff) << 3), SHARE);
  return bounded(lerp(both, v128.shuffle<i64>(both, both, 1, 0), share));
}

/** One of six tetrahedra: along the axis with the largest share first. Clamped to 0..255 levels. */
@inline
function throughTetrahedra(pixel: u32, axes: usize, nodes: usize, all: usize): v128 {
  const r = axes + <usize>((pixel & 0xff) << 3);
  const g = axes + <usize>(((pixel >>> 8) & 0xff) << 3);
  const b = axes + <usize>(((pixel >>> 16) & 0xff) << 3);
  const at = nodes + load<u32>(r) + load<u32>(g, CHANNEL) + load<u32>(b, 2 * CHANNEL);
  const kr = load<i32>(r, KEY);
  const kg = load<i32>(g, KEY + CHANNEL);
  const kb = load<i32>(b, KEY + 2 * CHANNEL);
  const high = max<i32>(kr, kg);
  const low = min<i32>(kr, kg);
  const first = max<i32>(high, kb);
  const rest = min<i32>(high, kb);
  const second = max<i32>(low, rest);
  const least = min<i32>(low, rest) >>> 16;
  const step1 = <usize>((first & 0xffff) << 3);
  const step2 = step1 + <usize>((second & 0xffff) << 3);
  const largest = first >>> 16;
  const middle = second >>> 16;
  const weights1 = i32x4.splat(((largest - middle) << 16) | (32767 - largest));
  const weights2 = i32x4.splat((least << 16) | (middle - least));
  const mapped = between(at, step1, step2, all, weights1, weights2);
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
