/**
 * Shows a decoded frame: I420 (BT.601, full range) as opaque RGBA, or a share of it over what is shown.
 * AssemblyScript; compile.mjs makes film.wasm.
 */

let width: i32 = 0;
let height: i32 = 0;
let planes: usize = 0;
let target: usize = 0;

/** Lays out the memory; both sides are even. */
export function open(frameWidth: i32, frameHeight: i32): void {
  width = frameWidth;
  height = frameHeight;
  const pixels = <usize>(width * height);
  planes = (__heap_base + 15) & ~15;
  // Rows are read sixteen at a time, the last ones a little beyond.
  target = (planes + pixels + (pixels >> 1) + 31) & ~15;
  const end = target + 4 * pixels;
  const pages = <i32>((end + 0xffff) >>> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) unreachable();
}

/** Where the frame is to be put: luma, then both chroma planes. */
export function frameAt(): usize {
  return planes;
}

/** Address of the result: 4 x width x height bytes. */
export function resultAt(): usize {
  return target;
}

/** Shows `mix` 256ths of the frame over what is there. */
export function show(mix: i32): void {
  const half = width >> 1;
  const plane = <usize>(width * height);
  const vectors = width & ~15;
  for (let row = 0; row < height >> 1; row += 1) {
    const luma = planes + <usize>(2 * row * width);
    const u = planes + plane + <usize>(row * half);
    const v = u + (plane >> 2);
    const into = target + <usize>(2 * row * width * 4);
    for (let x = 0; x < vectors; x += 16) showSixteen(luma, u, v, into, x, mix);
    for (let x = vectors; x < width; x += 2) showTwo(luma, u, v, into, x, mix);
  }
}

/** Sixteen columns of two rows: each chroma sample is that of four pixels. */
function showSixteen(luma: usize, uRow: usize, vRow: usize, into: usize, x: i32, mix: i32): void {
  const bias = i16x8.splat(128);
  const u = i16x8.sub(v128.load_ext<u8>(uRow + <usize>(x >> 1)), bias);
  const v = i16x8.sub(v128.load_ext<u8>(vRow + <usize>(x >> 1)), bias);
  const red = weighted(v, 22_970, v, 0);
  const green = weighted(u, -5638, v, -11_700);
  const blue = weighted(u, 29_032, v, 0);
  for (let row = 0; row < 2; row += 1) {
    const from = v128.load(luma + <usize>(row * width + x));
    const near = i16x8.extend_low_i8x16_u(from);
    const far = i16x8.extend_high_i8x16_u(from);
    const r = lit(near, far, red);
    const g = lit(near, far, green);
    const b = lit(near, far, blue);
    const a = i8x16.splat(-1);
    const at = into + <usize>((row * width + x) * 4);
    const rgLow = v128.shuffle<i8>(r, g, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const baLow = v128.shuffle<i8>(b, a, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    put(at, rgLow, baLow, mix);
    const rgHigh = v128.shuffle<i8>(r, g, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    const baHigh = v128.shuffle<i8>(b, a, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    put(at + 32, rgHigh, baHigh, mix);
  }
}

/** (a x first + b x second + 8192) / 16384 of eight samples. */
@inline
function weighted(a: v128, first: i16, b: v128, second: i16): v128 {
  const round = i32x4.splat(8192);
  const one = i16x8.splat(first);
  const two = i16x8.splat(second);
  const low = i32x4.add(i32x4.extmul_low_i16x8_s(a, one), i32x4.extmul_low_i16x8_s(b, two));
  const high = i32x4.add(i32x4.extmul_high_i16x8_s(a, one), i32x4.extmul_high_i16x8_s(b, two));
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(low, round), 14),
    i32x4.shr_s(i32x4.add(high, round), 14),
  );
}

/** Sixteen levels of luma with eight pairs' colour. */
@inline
function lit(near: v128, far: v128, colour: v128): v128 {
  return i8x16.narrow_i16x8_u(
    i16x8.add(near, v128.shuffle<i16>(colour, colour, 0, 0, 1, 1, 2, 2, 3, 3)),
    i16x8.add(far, v128.shuffle<i16>(colour, colour, 4, 4, 5, 5, 6, 6, 7, 7)),
  );
}

/** Eight pixels of red and green, and of blue and alpha. */
@inline
function put(at: usize, redGreen: v128, blueAlpha: v128, mix: i32): void {
  const first = v128.shuffle<i16>(redGreen, blueAlpha, 0, 8, 1, 9, 2, 10, 3, 11);
  const second = v128.shuffle<i16>(redGreen, blueAlpha, 4, 12, 5, 13, 6, 14, 7, 15);
  v128.store(at, mix === 256 ? first : mixed(v128.load(at), first, mix));
  v128.store(at + 16, mix === 256 ? second : mixed(v128.load(at + 16), second, mix));
}

function mixed(under: v128, over: v128, mix: i32): v128 {
  const share = i16x8.splat(<i16>mix);
  const rest = i16x8.splat(<i16>(256 - mix));
  const low = i16x8.add(
    i16x8.mul(i16x8.extend_low_i8x16_u(under), rest),
    i16x8.mul(i16x8.extend_low_i8x16_u(over), share),
  );
  const high = i16x8.add(
    i16x8.mul(i16x8.extend_high_i8x16_u(under), rest),
    i16x8.mul(i16x8.extend_high_i8x16_u(over), share),
  );
  return i8x16.narrow_i16x8_u(i16x8.shr_u(low, 8), i16x8.shr_u(high, 8));
}

/** The same of two columns, where sixteen are no longer left. */
function showTwo(luma: usize, uRow: usize, vRow: usize, into: usize, x: i32, mix: i32): void {
  const u = <i32>load<u8>(uRow + <usize>(x >> 1)) - 128;
  const v = <i32>load<u8>(vRow + <usize>(x >> 1)) - 128;
  const red = (22_970 * v + 8192) >> 14;
  const green = (8192 - 5638 * u - 11_700 * v) >> 14;
  const blue = (29_032 * u + 8192) >> 14;
  for (let i = 0; i < 4; i += 1) {
    const index = <usize>((i >> 1) * width + x + (i & 1));
    const y = <i32>load<u8>(luma + index);
    const at = into + 4 * index;
    putLevel(at, y + red, mix);
    putLevel(at + 1, y + green, mix);
    putLevel(at + 2, y + blue, mix);
    store<u8>(at + 3, 255);
  }
}

function putLevel(at: usize, value: i32, mix: i32): void {
  const level = max(0, min(255, value));
  store<u8>(at, (<i32>load<u8>(at) * (256 - mix) + level * mix) >> 8);
}
