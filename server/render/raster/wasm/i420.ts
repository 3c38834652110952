/**
 * Premultiplied RGBA over a background, as I420. AssemblyScript; compile.mjs makes i420.wasm.
 * All four channels go through one dot product: the background shows through what alpha lacks,
 * which is linear too.
 */

let width: i32 = 0;
let height: i32 = 0;
let rgba: usize = 0;
let planes: usize = 0;

/** Lays out the memory; returns the address of the RGBA, the planes follow 16-byte aligned. */
export function open(w: i32, h: i32): usize {
  width = w;
  height = h;
  rgba = (__heap_base + 15) & ~15;
  planes = rgba + <usize>(w * h * 4);
  const end = planes + <usize>((w * h * 3) / 2);
  const pages = <i32>((end + 0xffff) >>> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) unreachable();
  return rgba;
}

/** Weights of r, g, b, a in 1/32768; `yBias` in 1/32768, `uBias` and `vBias` in 1/131072. */
export function convert(
  yr: i32,
  yg: i32,
  yb: i32,
  ya: i32,
  yBias: i32,
  ur: i32,
  ug: i32,
  ub: i32,
  ua: i32,
  uBias: i32,
  vr: i32,
  vg: i32,
  vb: i32,
  va: i32,
  vBias: i32,
): void {
  const wy = weights(yr, yg, yb, ya);
  const wu = weights(ur, ug, ub, ua);
  const wv = weights(vr, vg, vb, va);
  const biasY = i32x4.splat(yBias);
  // Much of a wide picture is background alone: the same for every group.
  const nothing = i16x8.splat(0);
  const clearY = luma(nothing, nothing, wy, biasY);
  const clearU = chroma(nothing, wu, uBias);
  const clearV = chroma(nothing, wv, vBias);
  let u = planes + <usize>(width * height);
  let v = u + <usize>((width * height) >> 2);
  for (let row = 0; row < height; row += 2) {
    const top = rgba + <usize>(row * width * 4);
    const low = top + <usize>(width * 4);
    const yTop = planes + <usize>(row * width);
    const yLow = yTop + <usize>width;
    for (let next = 0; next < width; next += 4) {
      // Where the width is no multiple of 4 the last group overlaps the one before.
      const x = <usize>min(next, width - 4);
      const a = v128.load(top + (x << 2));
      const b = v128.load(low + (x << 2));
      const at = x >> 1;
      if (!v128.any_true(v128.or(a, b))) {
        store<u32>(yTop + x, clearY);
        store<u32>(yLow + x, clearY);
        store<u16>(u + at, clearU);
        store<u16>(v + at, clearV);
        continue;
      }
      const a0 = i16x8.extend_low_i8x16_u(a);
      const a1 = i16x8.extend_high_i8x16_u(a);
      const b0 = i16x8.extend_low_i8x16_u(b);
      const b1 = i16x8.extend_high_i8x16_u(b);
      store<u32>(yTop + x, luma(a0, a1, wy, biasY));
      store<u32>(yLow + x, luma(b0, b1, wy, biasY));
      const left = i16x8.add(a0, b0);
      const right = i16x8.add(a1, b1);
      // Sums of 2 x 2 pixels: two of them, four channels each.
      const sums = i16x8.add(
        v128.shuffle<i64>(left, right, 0, 2),
        v128.shuffle<i64>(left, right, 1, 3),
      );
      store<u16>(u + at, chroma(sums, wu, uBias));
      store<u16>(v + at, chroma(sums, wv, vBias));
    }
    u += <usize>(width >> 1);
    v += <usize>(width >> 1);
  }
}

@inline
function weights(r: i32, g: i32, b: i32, a: i32): v128 {
  const four = i32x4.splat((g << 16) | (r & 0xffff));
  return v128.shuffle<i32>(four, i32x4.splat((a << 16) | (b & 0xffff)), 0, 4, 1, 5);
}

@inline
function luma(left: v128, right: v128, w: v128, bias: v128): u32 {
  const l = i32x4.dot_i16x8_s(left, w);
  const r = i32x4.dot_i16x8_s(right, w);
  const sum = i32x4.add(v128.shuffle<i32>(l, r, 0, 2, 4, 6), v128.shuffle<i32>(l, r, 1, 3, 5, 7));
  const y = i32x4.shr_s(i32x4.add(sum, bias), 15);
  const narrow = i16x8.narrow_i32x4_s(y, y);
  return <u32>i32x4.extract_lane(i8x16.narrow_i16x8_u(narrow, narrow), 0);
}

@inline
function chroma(sums: v128, w: v128, bias: i32): u16 {
  const d = i32x4.dot_i16x8_s(sums, w);
  const first = (i32x4.extract_lane(d, 0) + i32x4.extract_lane(d, 1) + bias) >> 17;
  const second = (i32x4.extract_lane(d, 2) + i32x4.extract_lane(d, 3) + bias) >> 17;
  return <u16>((second << 8) | first);
}
