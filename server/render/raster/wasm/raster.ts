/**
 * The rasteriser of the drawn hosts: fills and strokes paths with exact-area anti-aliasing into
 * premultiplied RGBA. AssemblyScript; `node server/render/raster/compile.ts` makes raster.wasm.
 *
 * A path is flattened into line segments in device pixels. Every segment adds the signed area it
 * covers to an accumulation buffer (the method of Levien's font-rs); running sums along a row then
 * give winding x coverage, and min(1, |sum|) is the non-zero rule. Each row has a bit for every
 * group of 4 pixels that a segment has touched: runs between them are empty or of one coverage.
 *
 * Memory: picture, accumulator, touched flags, clip masks, points, contours, paints; laid out once
 * by `open`. One instance per picture, one thread.
 */

/** Nested clips. */
const MAX_CLIPS: i32 = 4;
const MAX_POINTS: i32 = 32768;
const MAX_CONTOURS: i32 = 4096;
/** Largest distance between a curve and its segments, pixels. */
const FLATNESS: f32 = 0.1;
/** Sums below this are rounding, not coverage. */
const NOTHING: f32 = 0.002;
const MITER_LIMIT: f32 = 10;
/** Coordinates are held within this many pixels. */
const FAR: f32 = 1e6;
/** Lower segments cover nothing that could be seen. */
const FLAT: f32 = 1e-6;

let width: i32 = 0;
let height: i32 = 0;
/** Groups of 4 pixels in a row of the picture; rows are padded to whole groups. */
let groups: i32 = 0;
/** Pixels in a row of the picture and of the masks. */
let rowWidth: i32 = 0;
/** Floats in a row of the accumulator. */
let stride: i32 = 0;
/** 64-bit words of touched bits in a row. */
let words: i32 = 0;
let picture: usize = 0;
let sums: usize = 0;
let touched: usize = 0;
let masks: usize = 0;
let points: usize = 0;
let contours: usize = 0;

let pointCount: i32 = 0;
let contourCount: i32 = 0;
/** Something did not fit: the path is cut short. Told to the caller once a frame. */
let overflow: i32 = 0;

// Rows and groups that the current fill has touched; ends exclusive.
let top: i32 = 0;
let bottom: i32 = 0;
let left: i32 = 0;
let right: i32 = 0;

// Clip: how many masks are stacked, and the bounds of each (rows and groups, ends exclusive).
let clips: i32 = 0;
const bounds: usize = memory.data((MAX_CLIPS + 1) * 16);

// Paint of the next fill or stroke.
let opaque: bool = false;
let atop: bool = false;
/** 0 solid, 1 linear, 2 radial. */
let paintKind: i32 = 0;
/** The one colour of a solid paint. */
let colour: u32 = 0;
/** Address of the gradient's 256 premultiplied colours. */
let ramp: usize = 0;
// Gradient position of a device pixel: u = ua x + ub y + uc, v likewise (radial).
let ua: f32 = 0;
let ub: f32 = 0;
let uc: f32 = 0;
let va: f32 = 0;
let vb: f32 = 0;
let vc: f32 = 0;

/** Lays out the memory for a picture of `w` x `h` pixels; returns the picture's address. */
export function open(w: i32, h: i32): usize {
  width = w;
  height = h;
  groups = (w + 3) >> 2;
  rowWidth = groups << 2;
  // Room for two groups more: a segment on the right edge writes beside the picture.
  stride = (groups + 2) << 2;
  words = (groups + 2 + 63) >> 6;
  let at = (__heap_base + 15) & ~15;
  picture = at;
  at += <usize>(rowWidth * h * 4);
  sums = at;
  at += <usize>(stride * h * 4);
  touched = at;
  at += <usize>(words * h * 8);
  masks = at;
  at += <usize>(rowWidth * h * MAX_CLIPS);
  at = (at + 15) & ~15;
  points = at;
  at += MAX_POINTS * 8;
  contours = at;
  at += MAX_CONTOURS * 8;
  const pages = <i32>((at + 0xffff) >>> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) unreachable();
  memory.fill(picture, 0, at - picture);
  setBounds(0, 0, height, 0, groups);
  return picture;
}

/** Pixels from one row of the picture to the next. */
export function rowPixels(): i32 {
  return rowWidth;
}

/** Adds memory for a gradient's 256 colours (RGBA, premultiplied) and returns its address. */
export function addRamp(): usize {
  const bytes: i32 = 256 * 4;
  const at = (<usize>memory.size() << 16) - rampRoom;
  if (rampRoom < bytes) {
    if (memory.grow(1) < 0) unreachable();
    rampRoom += 65536;
    return addRampAt(((<usize>memory.size() << 16) - rampRoom), bytes);
  }
  return addRampAt(at, bytes);
}
let rampRoom: i32 = 0;
function addRampAt(at: usize, bytes: i32): usize {
  rampRoom -= bytes;
  return at;
}

/** Transparent picture, no clip. Returns whether the last frame's paths fitted (0: yes). */
export function clear(): i32 {
  memory.fill(picture, 0, <usize>(rowWidth * height * 4));
  clips = 0;
  const lost = overflow;
  overflow = 0;
  return lost;
}

// ---------------------------------------------------------------- paths

export function beginPath(): void {
  pointCount = 0;
  contourCount = 0;
}

export function moveTo(x: f32, y: f32): void {
  if (contourCount >= MAX_CONTOURS) {
    overflow = 1;
    return;
  }
  const at = contours + (<usize>contourCount << 3);
  store<i32>(at, pointCount);
  store<i32>(at, 0, 4);
  contourCount += 1;
  addPoint(x, y);
}

export function lineTo(x: f32, y: f32): void {
  if (contourCount == 0) moveTo(x, y);
  else {
    reopen();
    addPoint(x, y);
  }
}

/** A closed contour goes on from its start, as a canvas path does. */
@inline
function reopen(): void {
  const at = contours + (<usize>(contourCount - 1) << 3);
  if (load<i32>(at, 4)) {
    const start = points + (<usize>load<i32>(at) << 3);
    moveTo(load<f32>(start), load<f32>(start, 4));
  }
}

export function cubicTo(x1: f32, y1: f32, x2: f32, y2: f32, x3: f32, y3: f32): void {
  if (contourCount == 0) moveTo(x1, y1);
  reopen();
  const last = points + (<usize>(pointCount - 1) << 3);
  const x0 = load<f32>(last);
  const y0 = load<f32>(last, 4);
  // Second differences bound the distance between a cubic and its chords.
  const ddx = max(abs(x0 - 2 * x1 + x2), abs(x1 - 2 * x2 + x3));
  const ddy = max(abs(y0 - 2 * y1 + y2), abs(y1 - 2 * y2 + y3));
  const bend: f32 = sqrt<f32>(ddx * ddx + ddy * ddy);
  const n = min<i32>(64, max<i32>(1, <i32>ceil<f32>(sqrt<f32>((0.75 * bend) / FLATNESS))));
  const step: f32 = 1 / <f32>n;
  for (let i = 1; i < n; i++) {
    const t: f32 = <f32>i * step;
    const s: f32 = 1 - t;
    const a: f32 = s * s * s;
    const b: f32 = 3 * s * s * t;
    const c: f32 = 3 * s * t * t;
    const d: f32 = t * t * t;
    lineTo(a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3);
  }
  lineTo(x3, y3);
}

export function closePath(): void {
  if (contourCount == 0) return;
  store<i32>(contours + (<usize>(contourCount - 1) << 3), 1, 4);
}

@inline
function addPoint(x: f32, y: f32): void {
  if (pointCount >= MAX_POINTS) {
    overflow = 1;
    return;
  }
  const at = points + (<usize>pointCount << 3);
  store<f32>(at, bounded(x));
  store<f32>(at, bounded(y), 4);
  pointCount += 1;
}

/** Far away, and what is no number, must not spoil the rest of the frame. */
@inline
function bounded(value: f32): f32 {
  return value - value == 0 ? min(max(value, -FAR), FAR) : 0;
}

@inline
function contourStart(index: i32): i32 {
  return load<i32>(contours + (<usize>index << 3));
}

@inline
function contourEnd(index: i32): i32 {
  return index + 1 < contourCount ? contourStart(index + 1) : pointCount;
}

// ---------------------------------------------------------------- paints

/** Premultiplied RGBA in one little-endian word. */
export function solidPaint(rgba: u32, over: bool): void {
  paintKind = 0;
  atop = !over;
  opaque = over && rgba >>> 24 == 255;
  colour = rgba;
}

export function gradientPaint(
  address: usize,
  radial: bool,
  over: bool,
  solid: bool,
  a: f32,
  b: f32,
  c: f32,
  d: f32,
  e: f32,
  f: f32,
): void {
  paintKind = radial ? 2 : 1;
  ramp = address;
  atop = !over;
  opaque = over && solid;
  ua = a;
  ub = b;
  uc = c;
  va = d;
  vb = e;
  vc = f;
}

/** The gradient's colours of the 4 pixels from (x, y) on. */
@inline
function gradientAt(x: i32, y: i32): v128 {
  const fx: f32 = <f32>x + 0.5;
  const fy: f32 = <f32>y + 0.5;
  const across = f32x4(0, 1, 2, 3);
  const u: f32 = ua * fx + ub * fy + uc;
  let t = f32x4.add(f32x4.splat(u), f32x4.mul(across, f32x4.splat(ua)));
  if (paintKind == 2) {
    const v: f32 = va * fx + vb * fy + vc;
    const w = f32x4.add(f32x4.splat(v), f32x4.mul(across, f32x4.splat(va)));
    t = f32x4.sqrt(f32x4.add(f32x4.mul(t, t), f32x4.mul(w, w)));
  }
  t = f32x4.add(f32x4.mul(t, f32x4.splat(255)), f32x4.splat(0.5));
  t = f32x4.min(f32x4.max(t, f32x4.splat(0)), f32x4.splat(255));
  const index = i32x4.shl(i32x4.trunc_sat_f32x4_s(t), 2);
  const a = load<u32>(ramp + <usize>i32x4.extract_lane(index, 0));
  const b = load<u32>(ramp + <usize>i32x4.extract_lane(index, 1));
  const c = load<u32>(ramp + <usize>i32x4.extract_lane(index, 2));
  const d = load<u32>(ramp + <usize>i32x4.extract_lane(index, 3));
  const ab = i64x2.splat((<i64>b << 32) | <i64>a);
  return i64x2.replace_lane(ab, 1, (<i64>d << 32) | <i64>c);
}

// ---------------------------------------------------------------- accumulation

function startFill(): void {
  top = height;
  bottom = 0;
  left = groups;
  right = 0;
}

/** Adds the signed area right of the segment. */
function addLine(ax: f32, ay: f32, bx: f32, by: f32): void {
  let sign: f32 = 1;
  if (ay > by) {
    sign = -1;
    let swap = ax;
    ax = bx;
    bx = swap;
    swap = ay;
    ay = by;
    by = swap;
  }
  const rows: f32 = <f32>height;
  if (by - ay < FLAT || by <= 0 || ay >= rows) return;
  const slope: f32 = (bx - ax) / (by - ay);
  let x = ax;
  if (ay < 0) {
    x -= ay * slope;
    ay = 0;
  }
  if (by > rows) by = rows;
  const first = <i32>ay;
  const last = min<i32>(height, <i32>ceil<f32>(by));
  if (first < top) top = first;
  if (last > bottom) bottom = last;
  const edge: f32 = <f32>width;
  const low = min(ax, bx);
  const high = max(ax, bx);
  // Left of the picture counts in full from its first pixel on, right of it not at all.
  const firstGroup = <i32>min(max(low, 0), edge) >> 2;
  const lastGroup = (<i32>min(max(high, 0), edge) + 1) >> 2;
  if (firstGroup < left) left = firstGroup;
  if (lastGroup >= right) right = lastGroup + 1;
  const inside = low >= 0 && high <= edge;
  for (let row = first; row < last; row++) {
    const dy: f32 = min<f32>(<f32>(row + 1), by) - max<f32>(<f32>row, ay);
    const next: f32 = x + slope * dy;
    if (inside) addSpan(row, x, min(max(next, low), high), dy * sign);
    else addSpan(row, min(max(x, 0), edge), min(max(next, 0), edge), dy * sign);
    x = next;
  }
}

/** One row's part of a segment: from xa to xb, `area` high. */
@inline
function addSpan(row: i32, xa: f32, xb: f32, area: f32): void {
  const x0 = min(xa, xb);
  const x1 = max(xa, xb);
  const cell0 = <i32>x0;
  const at = sums + (<usize>(row * stride + cell0) << 2);
  const bits = touched + (<usize>(row * words) << 3);
  const group = cell0 >> 2;
  if (x1 <= <f32>(cell0 + 1)) {
    const share: f32 = area * (0.5 * (xa + xb) - <f32>cell0);
    store<f32>(at, load<f32>(at) + area - share);
    store<f32>(at, load<f32>(at, 4) + share, 4);
    touch(bits, group);
    if ((cell0 & 3) == 3) touch(bits, group + 1);
    return;
  }
  const ceil1 = <i32>ceil<f32>(x1);
  const s: f32 = 1 / (x1 - x0);
  const in0: f32 = x0 - <f32>cell0;
  const in1: f32 = x1 - <f32>ceil1 + 1;
  const first: f32 = 0.5 * s * (1 - in0) * (1 - in0);
  const final: f32 = 0.5 * s * in1 * in1;
  const cells = ceil1 - cell0;
  store<f32>(at, load<f32>(at) + area * first);
  if (cells == 2) {
    store<f32>(at, load<f32>(at, 4) + area * (1 - first - final), 4);
  } else {
    const second: f32 = s * (1.5 - in0);
    store<f32>(at, load<f32>(at, 4) + area * (second - first), 4);
    const each: f32 = area * s;
    for (let i = 2; i < cells - 1; i++) {
      const cell = at + (<usize>i << 2);
      store<f32>(cell, load<f32>(cell) + each);
    }
    const before: f32 = second + <f32>(cells - 3) * s;
    const cell = at + (<usize>(cells - 1) << 2);
    store<f32>(cell, load<f32>(cell) + area * (1 - before - final));
  }
  const cell = at + (<usize>cells << 2);
  store<f32>(cell, load<f32>(cell) + area * final);
  const lastGroup = ceil1 >> 2;
  for (let g = group; g <= lastGroup; g++) touch(bits, g);
}

@inline
function touch(bits: usize, group: i32): void {
  const word = bits + (<usize>(group >> 6) << 3);
  store<u64>(word, load<u64>(word) | (<u64>1 << <u64>(group & 63)));
}

// ---------------------------------------------------------------- fill, stroke, clip

/** Fills the path by the non-zero rule with the current paint. */
export function fill(): void {
  startFill();
  addContours();
  sweep(0);
}

/** Strokes the path; `radius` is half the line's width in pixels. */
export function stroke(radius: f32, roundCaps: bool, roundJoins: bool): void {
  startFill();
  for (let i = 0; i < contourCount; i++) strokeContour(i, radius, roundCaps, roundJoins);
  sweep(0);
}

/** Narrows what may be painted to the path, until `unclip`. */
export function clip(): void {
  if (clips >= MAX_CLIPS) {
    overflow = 1;
    return;
  }
  startFill();
  addContours();
  const t = max(top, clipTop());
  const b = max(t, min(bottom, clipBottom()));
  const l = max(left, clipLeft());
  const r = max(l, min(right, clipRight()));
  const mask = masks + <usize>(clips * rowWidth * height);
  for (let row = t; row < b; row++) {
    memory.fill(mask + <usize>(row * rowWidth + (l << 2)), 0, <usize>((r - l) << 2));
  }
  sweep(1);
  clips += 1;
  setBounds(clips, t, b, l, r);
}

export function unclip(level: i32): void {
  clips = min(clips, max(0, level));
}

export function clipLevel(): i32 {
  return clips;
}

function setBounds(level: i32, t: i32, b: i32, l: i32, r: i32): void {
  const at = bounds + (<usize>level << 4);
  store<i32>(at, t);
  store<i32>(at, b, 4);
  store<i32>(at, l, 8);
  store<i32>(at, r, 12);
}

@inline
function clipTop(): i32 {
  return load<i32>(bounds + (<usize>clips << 4));
}
@inline
function clipBottom(): i32 {
  return load<i32>(bounds + (<usize>clips << 4), 4);
}
@inline
function clipLeft(): i32 {
  return load<i32>(bounds + (<usize>clips << 4), 8);
}
@inline
function clipRight(): i32 {
  return load<i32>(bounds + (<usize>clips << 4), 12);
}

function addContours(): void {
  for (let i = 0; i < contourCount; i++) {
    const start = contourStart(i);
    const end = contourEnd(i);
    if (end - start < 2) continue;
    let at = points + (<usize>(end - 1) << 3);
    let x = load<f32>(at);
    let y = load<f32>(at, 4);
    at = points + (<usize>start << 3);
    for (let p = start; p < end; p++, at += 8) {
      const nextX = load<f32>(at);
      const nextY = load<f32>(at, 4);
      addLine(x, y, nextX, nextY);
      x = nextX;
      y = nextY;
    }
  }
}

// A stroke is a strip: each segment a quadrangle between two offset points at its start and two at
// its end. Where the line bends softly the next quadrangle starts with the same two points; at a
// corner the strip ends, a join fills the outside, and a new strip starts.
let beforeX: f32 = 0;
let beforeY: f32 = 0;
let startLeftX: f32 = 0;
let startLeftY: f32 = 0;
let startRightX: f32 = 0;
let startRightY: f32 = 0;

/** Cosine of the sharpest turn that counts as soft. */
const SOFT: f32 = 0.9;

function strokeContour(index: i32, radius: f32, roundCaps: bool, roundJoins: bool): void {
  const start = contourStart(index);
  const end = contourEnd(index);
  const closed = load<i32>(contours + (<usize>index << 3), 4) != 0;
  let segments = 0;
  let firstX: f32 = 0;
  let firstY: f32 = 0;
  let at = points + (<usize>start << 3);
  const originX = load<f32>(at);
  const originY = load<f32>(at, 4);
  let x = originX;
  let y = originY;
  const steps = closed ? end - start : end - start - 1;
  for (let i = 1; i <= steps; i++) {
    const wrap = start + i < end ? i : 0;
    at = points + (<usize>(start + wrap) << 3);
    const nextX = load<f32>(at);
    const nextY = load<f32>(at, 4);
    let dx: f32 = nextX - x;
    let dy: f32 = nextY - y;
    const length = sqrt<f32>(dx * dx + dy * dy);
    if (length < 1e-3) continue;
    dx /= length;
    dy /= length;
    if (segments == 0) {
      firstX = dx;
      firstY = dy;
      startStrip(x, y, dx, dy, radius);
    } else bend(x, y, dx, dy, radius, roundJoins);
    beforeX = dx;
    beforeY = dy;
    x = nextX;
    y = nextY;
    segments += 1;
  }
  if (segments == 0) {
    if (roundCaps) {
      cap(originX, originY, 1, 0, radius);
      cap(originX, originY, -1, 0, radius);
    }
    return;
  }
  endStrip(x, y, radius);
  if (closed) join(originX, originY, firstX, firstY, radius, roundJoins);
  else if (roundCaps) {
    cap(x, y, beforeX, beforeY, radius);
    cap(originX, originY, -firstX, -firstY, radius);
  }
}

@inline
function startStrip(x: f32, y: f32, dx: f32, dy: f32, radius: f32): void {
  startLeftX = x - dy * radius;
  startLeftY = y + dx * radius;
  startRightX = x + dy * radius;
  startRightY = y - dx * radius;
  addLine(startLeftX, startLeftY, startRightX, startRightY);
}

@inline
function endStrip(x: f32, y: f32, radius: f32): void {
  const nx: f32 = -beforeY * radius;
  const ny: f32 = beforeX * radius;
  addLine(startRightX, startRightY, x - nx, y - ny);
  addLine(x - nx, y - ny, x + nx, y + ny);
  addLine(x + nx, y + ny, startLeftX, startLeftY);
}

/** The strip reaches (x, y) and goes on along (dx, dy). */
function bend(x: f32, y: f32, dx: f32, dy: f32, radius: f32, roundJoins: bool): void {
  const dot: f32 = beforeX * dx + beforeY * dy;
  if (dot < SOFT) {
    endStrip(x, y, radius);
    join(x, y, dx, dy, radius, roundJoins);
    startStrip(x, y, dx, dy, radius);
    return;
  }
  const scale: f32 = radius / (1 + dot);
  const nx: f32 = -(beforeY + dy) * scale;
  const ny: f32 = (beforeX + dx) * scale;
  addLine(startRightX, startRightY, x - nx, y - ny);
  addLine(x + nx, y + ny, startLeftX, startLeftY);
  startLeftX = x + nx;
  startLeftY = y + ny;
  startRightX = x - nx;
  startRightY = y - ny;
}

/** What lies outside of a bend at (x, y), between the direction before and (dx, dy). */
function join(x: f32, y: f32, dx: f32, dy: f32, radius: f32, round: bool): void {
  const cross = beforeX * dy - beforeY * dx;
  const dot = beforeX * dx + beforeY * dy;
  if (abs(cross) < 1e-3 && dot > 0) return;
  // The outer side is opposite to the turn.
  const side: f32 = cross > 0 ? -1 : 1;
  const ax = -beforeY * radius * side;
  const ay = beforeX * radius * side;
  const bx = -dy * radius * side;
  const by = dx * radius * side;
  if (round && dot < 0.95) {
    addArc(x, y, ax, ay, bx, by, radius, side);
    return;
  }
  let tipX: f32 = (ax + bx) * 0.5;
  let tipY: f32 = (ay + by) * 0.5;
  // 1 / cos of half the turn is the miter's length in radii.
  const half: f32 = (1 + dot) * 0.5;
  if (!round && half > 1 / (MITER_LIMIT * MITER_LIMIT)) {
    tipX = (ax + bx) / (1 + dot);
    tipY = (ay + by) / (1 + dot);
  }
  if (side > 0) {
    addLine(x, y, x + bx, y + by);
    addLine(x + bx, y + by, x + tipX, y + tipY);
    addLine(x + tipX, y + tipY, x + ax, y + ay);
    addLine(x + ax, y + ay, x, y);
  } else {
    addLine(x, y, x + ax, y + ay);
    addLine(x + ax, y + ay, x + tipX, y + tipY);
    addLine(x + tipX, y + tipY, x + bx, y + by);
    addLine(x + bx, y + by, x, y);
  }
}

/** Half a disc beyond the end of a line that goes along (dx, dy). */
function cap(x: f32, y: f32, dx: f32, dy: f32, radius: f32): void {
  const nx = -dy * radius;
  const ny = dx * radius;
  addArc(x, y, nx, ny, dx * radius, dy * radius, radius, 1);
  addArc(x, y, dx * radius, dy * radius, -nx, -ny, radius, 1);
}

/** A pie from offset a to offset b (less than half a turn) about (x, y). */
function addArc(
  x: f32,
  y: f32,
  ax: f32,
  ay: f32,
  bx: f32,
  by: f32,
  radius: f32,
  side: f32,
): void {
  const cos = min<f32>(1, max<f32>(-1, (ax * bx + ay * by) / (radius * radius)));
  const angle = <f32>Math.acos(<f64>cos);
  const grain = sqrt<f32>((8 * FLATNESS) / max<f32>(radius, FLATNESS));
  const n = min<i32>(32, max<i32>(1, <i32>ceil<f32>(angle / grain)));
  const turn: f32 = (-side * angle) / <f32>n;
  const c = <f32>Math.cos(<f64>turn);
  const s = <f32>Math.sin(<f64>turn);
  if (side > 0) addLine(x + ax, y + ay, x, y);
  else addLine(x, y, x + ax, y + ay);
  let px = ax;
  let py = ay;
  for (let i = 0; i < n; i++) {
    let qx = px * c - py * s;
    let qy = px * s + py * c;
    if (i == n - 1) {
      qx = bx;
      qy = by;
    }
    if (side > 0) addLine(x + qx, y + qy, x + px, y + py);
    else addLine(x + px, y + py, x + qx, y + qy);
    px = qx;
    py = qy;
  }
  if (side > 0) addLine(x, y, x + bx, y + by);
  else addLine(x + bx, y + by, x, y);
}

// ---------------------------------------------------------------- sweep

/** Sums up the rows and paints them (0) or writes them as the next clip's mask (1). */
function sweep(toMask: i32): void {
  for (let row = top; row < bottom; row++) sweepRow(row, toMask);
}

function sweepRow(row: i32, toMask: i32): void {
  const inRows = row >= clipTop() && row < clipBottom();
  const l = inRows ? clipLeft() : 0;
  const r = inRows ? clipRight() : 0;
  const bits = touched + (<usize>(row * words) << 3);
  let acc: f32 = 0;
  let next = left;
  for (let word = left >> 6; word <= (right - 1) >> 6; word++) {
    const at = bits + (<usize>word << 3);
    let set = load<u64>(at);
    if (set == 0) continue;
    store<u64>(at, 0);
    while (set != 0) {
      const group = (word << 6) + <i32>ctz(set);
      set &= set - 1;
      if (group > next && abs(acc) > NOTHING) {
        evenRun(row, max(next, l), min(group, r), acc, toMask);
      }
      acc = edgeGroup(row, group, acc, group >= l && group < r, toMask);
      next = group + 1;
    }
  }
}

/** Four pixels with edges in them; returns the running sum behind them. */
@inline
function edgeGroup(row: i32, group: i32, acc: f32, visible: bool, toMask: i32): f32 {
  const x = group << 2;
  const cell = sums + (<usize>(row * stride + x) << 2);
  const zero = i32x4.splat(0);
  let v = v128.load(cell);
  v128.store(cell, zero);
  v = f32x4.add(v, v128.shuffle<i32>(zero, v, 0, 4, 5, 6));
  v = f32x4.add(v, v128.shuffle<i32>(zero, v, 0, 1, 4, 5));
  v = f32x4.add(v, f32x4.splat(acc));
  if (visible) {
    const cover = f32x4.min(f32x4.abs(v), f32x4.splat(1));
    const cover255 = f32x4.add(f32x4.mul(cover, f32x4.splat(255)), f32x4.splat(0.5));
    put(row, x, i32x4.trunc_sat_f32x4_s(cover255), toMask);
  }
  return f32x4.extract_lane(v, 3);
}

/** Groups of one coverage, end exclusive. */
function evenRun(row: i32, from: i32, to: i32, acc: f32, toMask: i32): void {
  const cover = <i32>(min<f32>(1, abs(acc)) * 255 + 0.5);
  if (cover == 255 && opaque && paintKind == 0 && clips == 0 && toMask == 0) {
    const four = i32x4.splat(colour);
    let at = picture + (<usize>(row * rowWidth + (from << 2)) << 2);
    const end = picture + (<usize>(row * rowWidth + (to << 2)) << 2);
    for (; at < end; at += 16) v128.store(at, four);
    return;
  }
  const whole = i32x4.splat(cover);
  for (let group = from; group < to; group++) put(row, group << 2, whole, toMask);
}

/** Paints four pixels with their coverages (0..255 each), or stores these in the clip's mask. */
@inline
function put(row: i32, x: i32, coverage: v128, toMask: i32): void {
  const pixel = row * rowWidth + x;
  let cover = coverage;
  if (clips > 0) {
    const mask = load<u32>(masks + <usize>((clips - 1) * rowWidth * height + pixel));
    if (mask == 0) return;
    if (mask != 0xffffffff) cover = masked(cover, mask);
  }
  if (!v128.any_true(cover)) return;
  if (toMask) {
    storeMask(cover, pixel);
    return;
  }
  const src = paintKind == 0 ? i32x4.splat(colour) : gradientAt(x, row);
  blend(picture + (<usize>pixel << 2), src, cover);
}

/** Coverage of four pixels times the innermost clip's. */
@inline
function masked(cover: v128, mask: u32): v128 {
  const wide = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(mask)));
  const product = i32x4.add(i32x4.mul(cover, wide), i32x4.splat(128));
  return i32x4.shr_u(i32x4.add(product, i32x4.shr_u(product, 8)), 8);
}

@inline
function storeMask(cover: v128, pixel: i32): void {
  const mask = masks + <usize>(clips * rowWidth * height + pixel);
  const narrow = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_u(cover, cover), cover);
  store<u32>(mask, i32x4.extract_lane(narrow, 0));
}

/** Four pixels: source (premultiplied) times coverage, over or atop what is there. */
@inline
function blend(to: usize, src: v128, cover: v128): void {
  const all = i32x4.all_true(i32x4.eq(cover, i32x4.splat(255)));
  if (opaque && all) {
    v128.store(to, src);
    return;
  }
  const dst = v128.load(to);
  // Each pixel's coverage beside each of its four channels, as 16-bit lanes.
  const coverLow = i8x16.swizzle(cover, i8x16(0, 16, 0, 16, 0, 16, 0, 16, 4, 16, 4, 16, 4, 16, 4, 16));
  const coverHigh = i8x16.swizzle(
    cover,
    i8x16(8, 16, 8, 16, 8, 16, 8, 16, 12, 16, 12, 16, 12, 16, 12, 16),
  );
  const low = blendHalf(i16x8.extend_low_i8x16_u(src), i16x8.extend_low_i8x16_u(dst), coverLow);
  const high = blendHalf(i16x8.extend_high_i8x16_u(src), i16x8.extend_high_i8x16_u(dst), coverHigh);
  v128.store(to, i8x16.narrow_i16x8_u(low, high));
}

@inline
function blendHalf(src: v128, dst: v128, cover: v128): v128 {
  let s = over255(i16x8.mul(src, cover));
  const alpha = v128.shuffle<i16>(s, s, 3, 3, 3, 3, 7, 7, 7, 7);
  if (atop) {
    const under = v128.shuffle<i16>(dst, dst, 3, 3, 3, 3, 7, 7, 7, 7);
    s = over255(i16x8.mul(s, under));
  }
  const rest = i16x8.sub(i16x8.splat(255), alpha);
  return i16x8.add(s, over255(i16x8.mul(dst, rest)));
}

/** x / 255 rounded, for products of two bytes. */
@inline
function over255(x: v128): v128 {
  const y = i16x8.add(x, i16x8.splat(128));
  return i16x8.shr_u(i16x8.add(y, i16x8.shr_u(y, 8)), 8);
}
