/**
 * Triangles of one picture laid over another: affine mapping, linear between the picture's pixels,
 * source over, with an opacity at each corner. Premultiplied RGBA. AssemblyScript; compile.mjs makes
 * mesh.wasm. A pixel belongs to the triangle that has its centre, so neighbours neither overlap nor
 * leave a gap; edges are softened by strips whose outer corners are clear.
 */

let width: i32 = 0;
let height: i32 = 0;
let target: usize = 0;
let textureWidth: i32 = 0;
let textureHeight: i32 = 0;
let texture: usize = 0;
/** x, y on the target, x, y on the texture (pixels, centres at .5), opacity: five floats each. */
let corners: usize = 0;
/** Three 16-bit numbers of corners a triangle. */
let triangles: usize = 0;

const CORNER_BYTES: usize = 20;
const ONE: f32 = 65536;

/** Lays out the memory: target, texture, corners, triangles. */
export function open(
  targetW: i32,
  targetH: i32,
  textureW: i32,
  textureH: i32,
  cornerCount: i32,
  indexCount: i32,
): void {
  width = targetW;
  height = targetH;
  textureWidth = textureW;
  textureHeight = textureH;
  target = (__heap_base + 15) & ~15;
  texture = aligned(target + <usize>(targetW * targetH * 4));
  corners = aligned(texture + <usize>(textureW * textureH * 4));
  triangles = aligned(corners + <usize>cornerCount * CORNER_BYTES);
  const end = triangles + <usize>(indexCount * 2) + 16;
  const pages = <i32>((end + 0xffff) >>> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) unreachable();
}

function aligned(address: usize): usize {
  return (address + 15) & ~15;
}

export function targetAt(): usize {
  return target;
}
export function textureAt(): usize {
  return texture;
}
export function cornersAt(): usize {
  return corners;
}
export function trianglesAt(): usize {
  return triangles;
}

/** Draws `count` numbers of corners from the `first` on, three a triangle, one after the other. */
export function draw(first: i32, count: i32): void {
  for (let i = first; i + 2 < first + count; i += 3) {
    const at = triangles + <usize>(i * 2);
    triangle(corner(at), corner(at + 2), corner(at + 4));
  }
}

function corner(at: usize): usize {
  return corners + <usize>load<u16>(at) * CORNER_BYTES;
}

function triangle(a: usize, b: usize, c: usize): void {
  // From top to bottom: each edge is walked the same way whichever triangle has it.
  if (load<f32>(b, 4) < load<f32>(a, 4)) {
    const swap = a;
    a = b;
    b = swap;
  }
  if (load<f32>(c, 4) < load<f32>(a, 4)) {
    const swap = a;
    a = c;
    c = swap;
  }
  if (load<f32>(c, 4) < load<f32>(b, 4)) {
    const swap = b;
    b = c;
    c = swap;
  }
  const ax = load<f32>(a);
  const ay = load<f32>(a, 4);
  const bx = load<f32>(b);
  const by = load<f32>(b, 4);
  const cx = load<f32>(c);
  const cy = load<f32>(c, 4);
  const top = max<i32>(0, <i32>Mathf.ceil(ay - 0.5));
  const end = min<i32>(height, <i32>Mathf.ceil(cy - 0.5));
  if (top >= end) return;
  const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
  if (area == 0) return;
  const inverse = <f32>1 / area;
  const u = load<f32>(a, 8);
  const v = load<f32>(a, 12);
  const o = load<f32>(a, 16);
  const du = load<f32>(b, 8) - u;
  const eu = load<f32>(c, 8) - u;
  const dv = load<f32>(b, 12) - v;
  const ev = load<f32>(c, 12) - v;
  const dO = load<f32>(b, 16) - o;
  const eO = load<f32>(c, 16) - o;
  const ux = (du * (cy - ay) - eu * (by - ay)) * inverse;
  const uy = (eu * (bx - ax) - du * (cx - ax)) * inverse;
  const vx = (dv * (cy - ay) - ev * (by - ay)) * inverse;
  const vy = (ev * (bx - ax) - dv * (cx - ax)) * inverse;
  const ox = (dO * (cy - ay) - eO * (by - ay)) * inverse;
  const oy = (eO * (bx - ax) - dO * (cx - ax)) * inverse;
  const long = (cx - ax) / (cy - ay);
  const upper = (bx - ax) / (by - ay);
  const lower = (cx - bx) / (cy - by);
  const clear = o >= 1 && dO >= 0 && eO >= 0;
  for (let y = top; y < end; y += 1) {
    const py = <f32>y + 0.5;
    const x0 = ax + long * (py - ay);
    const x1 = py < by ? ax + upper * (py - ay) : bx + lower * (py - by);
    const from = max<i32>(0, <i32>Mathf.ceil(min(x0, x1) - 0.5));
    const to = min<i32>(width, <i32>Mathf.ceil(max(x0, x1) - 0.5));
    if (from >= to) continue;
    const px = <f32>from + 0.5 - ax;
    const qy = py - ay;
    const tu = <i32>((u + ux * px + uy * qy - 0.5) * ONE + 256);
    const tv = <i32>((v + vx * px + vy * qy - 0.5) * ONE + 256);
    const to8 = <i32>((o + ox * px + oy * qy) * ONE);
    const row = target + <usize>((y * width + from) * 4);
    if (clear) span(row, to - from, tu, tv, <i32>(ux * ONE), <i32>(vx * ONE), 65536, 0);
    else span(row, to - from, tu, tv, <i32>(ux * ONE), <i32>(vx * ONE), to8, <i32>(ox * ONE));
  }
}

function span(
  row: usize,
  count: i32,
  u: i32,
  v: i32,
  du: i32,
  dv: i32,
  opacity: i32,
  dOpacity: i32,
): void {
  const mostU = ((textureWidth - 1) << 16) - 1;
  const mostV = ((textureHeight - 1) << 16) - 1;
  const stride = <usize>(textureWidth * 4);
  const end = row + <usize>(count * 4);
  const half = i16x8.splat(64);
  for (let at = row; at < end; at += 4) {
    const cu = max<i32>(0, min<i32>(mostU, u));
    const cv = max<i32>(0, min<i32>(mostV, v));
    const from = texture + <usize>(cv >> 16) * stride + (<usize>(cu >> 16) << 2);
    // Two pixels of the upper and of the lower row, 16 bits a channel; weights of 7 bits.
    const high = v128.load64_zero(from);
    const low = v128.load64_zero(from + stride);
    const a = i16x8.extend_low_i8x16_u(high);
    const b = i16x8.extend_low_i8x16_u(low);
    const fy = i16x8.splat(<i16>((cv >> 9) & 127));
    const rows = i16x8.add(
      a,
      i16x8.shr_s(i16x8.add(i16x8.mul(i16x8.sub(b, a), fy), half), 7),
    );
    const right = i8x16.shuffle(rows, rows, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
    const fx = i16x8.splat(<i16>((cu >> 9) & 127));
    const mixed = i16x8.add(
      rows,
      i16x8.shr_s(i16x8.add(i16x8.mul(i16x8.sub(right, rows), fx), half), 7),
    );
    let pixel = <u32>i32x4.extract_lane(i8x16.narrow_i16x8_u(mixed, mixed), 0);
    if (opacity < 65536) pixel = faded(pixel, <u32>max<i32>(0, opacity) >> 8);
    const alpha = pixel >>> 24;
    if (alpha == 255) store<u32>(at, pixel);
    else if (alpha > 0) store<u32>(at, pixel + faded(load<u32>(at), 256 - alpha - (alpha >> 7)));
    u += du;
    v += dv;
    opacity += dOpacity;
  }
}

/** A premultiplied pixel times share / 256. */
function faded(pixel: u32, share: u32): u32 {
  const even = ((pixel & 0x00ff00ff) * share + 0x00800080) >>> 8;
  const odd = ((pixel >>> 8) & 0x00ff00ff) * share + 0x00800080;
  return (even & 0x00ff00ff) | (odd & 0xff00ff00);
}
