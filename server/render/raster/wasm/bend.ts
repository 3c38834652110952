/**
 * Draws the base of a pose-controlled network: drawings bent by flows and laid over each other.
 * AssemblyScript; compile.mjs makes bend.wasm. The same arithmetic as in
 * models/training/controlnet/model.py (`Base`), whose names are used here.
 *
 * The head's three drawings (the face with its expression, what is over it, what is behind the torso)
 * have a frame of their own, that turns and moves in the picture; flows bend them there, the torso's
 * in the picture's frame. All premultiplied RGBA, four float32 a pixel, inside a border of one pixel of
 * nothing, so that sampling beside a drawing reads nothing. Flows come as cells, in halves of a
 * picture's sides, and are read linearly between the cells' middles.
 */

const PIXEL: usize = 16;
const LAYERS: i32 = 3;

let size: i32 = 0;
/** The torso's first row, and the rows from the top that the head may cover. */
let torsoRow: i32 = 0;
let headRows: i32 = 0;
/** The head's frame, and the face in it: left, top and side. */
let patch: i32 = 0;
let faceLeft: i32 = 0;
let faceTop: i32 = 0;
let faceSide: i32 = 0;

let head: usize = 0;
let torso: usize = 0;
let expression: usize = 0;
let headFlow: usize = 0;
let torsoFlow: usize = 0;
let result: usize = 0;
/** The face with its expression. */
let face: usize = 0;
/** The head's flow, all layers' x and y of a cell together, inside a border of the outermost cells. */
let headCells: usize = 0;
/** One row of the torso's flow, and of the picture. */
let cells: usize = 0;
let row: usize = 0;
/** For each column of the picture: its cell's address in that row, and the share of the next. */
let torsoColumns: usize = 0;
/** What is painted of each drawing, the head's first: left, top, right, bottom. */
let painted: usize = 0;

/** Cells of the flows. */
const HEAD_CELLS: i32 = 24;
const TORSO_COLUMNS: i32 = 24;
const TORSO_ROWS: i32 = 16;

/** Bytes of one of the row's cells (x and y), of a column's entry, and of a cell of the head's flow. */
const CELL: usize = 8;
const ENTRY: usize = 8;
const HEAD_CELL: usize = 32;

/** Less alpha than this is nothing: learned drawings are nowhere quite empty. */
const FAINTEST: f32 = 0.004;

/** Bytes of a drawing with its border. */
function bytesOf(width: i32, height: i32): usize {
  return <usize>((width + 2) * (height + 2)) * PIXEL;
}

/** Lays out the memory, which begins as zeros. */
export function open(
  pictureSize: i32,
  firstOfTorso: i32,
  rowsOfHead: i32,
  sideOfPatch: i32,
  leftOfFace: i32,
  topOfFace: i32,
  sideOfFace: i32,
): void {
  size = pictureSize;
  torsoRow = firstOfTorso;
  headRows = rowsOfHead;
  patch = sideOfPatch;
  faceLeft = leftOfFace;
  faceTop = topOfFace;
  faceSide = sideOfFace;
  head = (__heap_base + 15) & ~15;
  torso = head + <usize>LAYERS * bytesOf(patch, patch);
  face = torso + bytesOf(size, size - torsoRow);
  expression = face + bytesOf(patch, patch);
  headFlow = expression + <usize>(faceSide * faceSide) * PIXEL;
  torsoFlow = headFlow + <usize>(2 * LAYERS * HEAD_CELLS * HEAD_CELLS * 4);
  headCells = (torsoFlow + <usize>(2 * TORSO_ROWS * TORSO_COLUMNS * 4) + 15) & ~15;
  cells = headCells + <usize>((HEAD_CELLS + 2) * (HEAD_CELLS + 2)) * HEAD_CELL;
  torsoColumns = cells + <usize>(TORSO_COLUMNS + 1) * CELL;
  painted = torsoColumns + <usize>size * ENTRY;
  row = (painted + <usize>((LAYERS + 1) * 16) + 15) & ~15;
  result = row + <usize>(size + 4) * PIXEL;
  const end = result + <usize>(size * size) * PIXEL;
  const pages = <i32>((end + 0xffff) >>> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) unreachable();
  for (let x = 0; x < size; x += 1) {
    const at = max<f32>(0, ((<f32>x + 0.5) * <f32>TORSO_COLUMNS) / <f32>size - 0.5);
    const cell = min(<i32>at, TORSO_COLUMNS - 1);
    store<usize>(torsoColumns + <usize>x * ENTRY, cells + <usize>cell * CELL);
    store<f32>(torsoColumns + <usize>x * ENTRY, at - <f32>cell, 4);
  }
}

/** Once the drawings are there. */
export function begin(): void {
  memory.copy(face, head, bytesOf(patch, patch));
  for (let i = 0; i < LAYERS; i += 1) {
    findPainted(head + <usize>i * bytesOf(patch, patch), patch, patch, painted + <usize>(i * 16));
  }
  findPainted(torso, size, size - torsoRow, painted + <usize>(LAYERS * 16));
  // What expressions add may lie where the face's drawing has nothing.
  store<i32>(painted, min(load<i32>(painted), faceLeft));
  store<i32>(painted, min(load<i32>(painted, 4), faceTop), 4);
  store<i32>(painted, max(load<i32>(painted, 8), faceLeft + faceSide), 8);
  store<i32>(painted, max(load<i32>(painted, 12), faceTop + faceSide), 12);
}

function findPainted(drawing: usize, width: i32, height: i32, into: usize): void {
  let left = width;
  let top = height;
  let right = 0;
  let bottom = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = drawing + <usize>((y + 1) * (width + 2) + x + 1) * PIXEL;
      if (load<f32>(at, 12) < FAINTEST) continue;
      left = min(left, x);
      right = max(right, x + 1);
      top = min(top, y);
      bottom = y + 1;
    }
  }
  store<i32>(into, left);
  store<i32>(into, top, 4);
  store<i32>(into, right, 8);
  store<i32>(into, bottom, 12);
}

/** Where the head's drawings are to be put, one after the other. */
export function headAt(): usize {
  return head;
}
export function torsoAt(): usize {
  return torso;
}
/** The network's: planes of the expression, and of the flows' cells. */
export function expressionAt(): usize {
  return expression;
}
export function headFlowAt(): usize {
  return headFlow;
}
export function torsoFlowAt(): usize {
  return torsoFlow;
}
/** The picture as four planes. */
export function resultAt(): usize {
  return result;
}

/** Draws. A pixel (x, y) of the picture lies at (ax x + bx y + cx, ay x + by y + cy) in the head's frame. */
export function bend(ax: f32, bx: f32, cx: f32, ay: f32, by: f32, cy: f32): void {
  expressFace();
  gatherHeadFlow();
  reach(LAYERS, torsoFlow, TORSO_ROWS * TORSO_COLUMNS, size, size - torsoRow);
  const firstRow = torsoRow + fromRow;
  const lastRow = torsoRow + toRow;
  const firstColumn = max(0, fromColumn);
  const lastColumn = min(size, toColumn);
  for (let y = 0; y < size; y += 1) {
    memory.fill(row, 0, <usize>size * PIXEL);
    if (y >= firstRow && y < lastRow) bendTorso(y - torsoRow, firstColumn, lastColumn);
    if (y < headRows) bendHead(ax, bx * <f32>y + cx, ay, by * <f32>y + cy);
    storePlanes(y);
  }
}

/** In the face's square, its drawing and what the expression adds. */
function expressFace(): void {
  const plane = <usize>(faceSide * faceSide * 4);
  for (let y = 0; y < faceSide; y += 1) {
    let at = <usize>((faceTop + y + 1) * (patch + 2) + faceLeft + 1) * PIXEL;
    let from = expression + <usize>(y * faceSide * 4);
    for (let x = 0; x < faceSide; x += 1) {
      const added = f32x4(
        load<f32>(from),
        load<f32>(from + plane),
        load<f32>(from + 2 * plane),
        load<f32>(from + 3 * plane),
      );
      v128.store(face + at, f32x4.add(v128.load(head + at), added));
      at += PIXEL;
      from += 4;
    }
  }
}

function gatherHeadFlow(): void {
  const count = HEAD_CELLS * HEAD_CELLS;
  for (let y = 0; y < HEAD_CELLS + 2; y += 1) {
    for (let x = 0; x < HEAD_CELLS + 2; x += 1) {
      const column = max(0, min(HEAD_CELLS - 1, x - 1));
      const from = max(0, min(HEAD_CELLS - 1, y - 1)) * HEAD_CELLS + column;
      const into = headCells + <usize>(y * (HEAD_CELLS + 2) + x) * HEAD_CELL;
      for (let i = 0; i < 2 * LAYERS; i += 1) {
        const value = load<f32>(headFlow + <usize>((i * count + from) * 4));
        store<f32>(into + <usize>(i * 4), value);
      }
    }
  }
}

/** One row of the torso into the picture's row. */
function bendTorso(y: i32, from: i32, to: i32): void {
  const width = size;
  const rows = size - torsoRow;
  const halfWidth = <f32>width * 0.5;
  const halfRows = <f32>rows * 0.5;
  mixCells(torsoFlow, TORSO_ROWS, TORSO_COLUMNS, y, rows);
  for (let x = from; x < to; x += 1) {
    const moved = shiftAt(torsoColumns + <usize>x * ENTRY);
    const u = <f32>x + halfWidth * f32x4.extract_lane(moved, 0);
    const v = <f32>y + halfRows * f32x4.extract_lane(moved, 1);
    if (isInside(u, v, width, rows)) v128.store(row + <usize>x * PIXEL, sampled(torso, width, u, v));
  }
}

/** What is behind the torso, the torso, and the head, in the picture's row. */
function bendHead(ax: f32, startU: f32, ay: f32, startV: f32): void {
  const side = patch;
  const half = f32x4.splat(<f32>side * 0.5);
  const toCells = <f32>HEAD_CELLS / <f32>side;
  const layer = bytesOf(side, side);
  const hair = head + layer;
  const back = hair + layer;
  fromX = 0;
  toX = <f32>(size - 1);
  narrow(ax, startU);
  narrow(ay, startV);
  // False for what is no number.
  if (!(fromX <= toX)) return;
  const last = <i32>Mathf.floor(toX);
  for (let x = <i32>Mathf.ceil(fromX); x <= last; x += 1) {
    const u = ax * <f32>x + startU;
    const v = ay * <f32>x + startV;
    // Both layers of the front, then what is behind: x and y each, in the head's pixels.
    const cellX = min<f32>(<f32>HEAD_CELLS, max<f32>(0, (u + 0.5) * toCells + 0.5));
    const cellY = min<f32>(<f32>HEAD_CELLS, max<f32>(0, (v + 0.5) * toCells + 0.5));
    const cellLeft = Mathf.floor(cellX);
    const cellTop = Mathf.floor(cellY);
    const across = f32x4.splat(cellX - cellLeft);
    const down = f32x4.splat(cellY - cellTop);
    const at = headCells + <usize>(<i32>cellTop * (HEAD_CELLS + 2) + <i32>cellLeft) * HEAD_CELL;
    const shifts = f32x4.mul(between(at, across, down), half);
    const far = f32x4.mul(between(at + 16, across, down), half);

    let front = moved(0, face, side, u + f32x4.extract_lane(shifts, 0), v + f32x4.extract_lane(shifts, 1));
    front = over(front, moved(1, hair, side, u + f32x4.extract_lane(shifts, 2), v + f32x4.extract_lane(shifts, 3)));
    const behind = moved(2, back, side, u + f32x4.extract_lane(far, 0), v + f32x4.extract_lane(far, 1));
    const into = row + <usize>x * PIXEL;
    v128.store(into, over(over(behind, v128.load(into)), front));
  }
}

/** Four values of the head's flow between four cells. */
@inline
function between(at: usize, across: v128, down: v128): v128 {
  const below = at + <usize>(HEAD_CELLS + 2) * HEAD_CELL;
  const a = v128.load(at);
  const c = v128.load(below);
  const upper = f32x4.add(a, f32x4.mul(f32x4.sub(v128.load(at + HEAD_CELL), a), across));
  const lower = f32x4.add(c, f32x4.mul(f32x4.sub(v128.load(below + HEAD_CELL), c), across));
  return f32x4.add(upper, f32x4.mul(f32x4.sub(lower, upper), down));
}

/** A head's layer at a place; nothing beside what is painted of it. */
@inline
function moved(index: i32, drawing: usize, side: i32, u: f32, v: f32): v128 {
  const at = painted + <usize>(index * 16);
  const isPainted =
    u > <f32>(load<i32>(at) - 1) &&
    v > <f32>(load<i32>(at, 4) - 1) &&
    u < <f32>load<i32>(at, 8) &&
    v < <f32>load<i32>(at, 12);
  return isPainted ? sampled(drawing, side, u, v) : f32x4.splat(0);
}

let fromX: f32 = 0;
let toX: f32 = 0;

/** Narrows the columns to those where slope x column + start lies in the head's frame. */
function narrow(slope: f32, start: f32): void {
  const low: f32 = -0.5 - start;
  const high: f32 = <f32>patch - 0.5 - start;
  // Level lines would divide by nothing: then it is all of the row or none.
  if (abs(slope) < 1e-6) {
    if (!(low <= 0 && high >= 0)) toX = fromX - 1;
    return;
  }
  fromX = max<f32>(fromX, min<f32>(low / slope, high / slope));
  toX = min<f32>(toX, max<f32>(low / slope, high / slope));
}

let fromRow: i32 = 0;
let toRow: i32 = 0;
let fromColumn: i32 = 0;
let toColumn: i32 = 0;

/** Sets the rows and columns that a drawing can get to by its flow's farthest shift, beside its frame too. */
function reach(drawing: i32, flow: usize, count: i32, width: i32, height: i32): void {
  const at = painted + <usize>(drawing * 16);
  const across = reached(farthest(flow, count) * <f32>width * 0.5, width);
  const down = reached(farthest(flow + <usize>(count * 4), count) * <f32>height * 0.5, height);
  fromColumn = load<i32>(at) - across;
  toColumn = load<i32>(at, 8) + across;
  fromRow = load<i32>(at, 4) - down;
  toRow = load<i32>(at, 12) + down;
}

/** Pixels, one more for what is between two; all of them for what is no number. */
function reached(shift: f32, most: i32): i32 {
  return shift < <f32>most ? <i32>shift + 2 : most;
}

function farthest(plane: usize, count: i32): f32 {
  let most: f32 = 0;
  for (let i = 0; i < count; i += 1) most = max(most, abs(load<f32>(plane + <usize>(i * 4))));
  return most;
}

/** A row between two of the cells' rows, x and y of the flow together, and the last cell once more. */
function mixCells(flow: usize, rows: i32, columns: i32, y: i32, height: i32): void {
  const at = max<f32>(0, ((<f32>y + 0.5) * <f32>rows) / <f32>height - 0.5);
  const first = min(<i32>at, rows - 1);
  const second = min(first + 1, rows - 1);
  const share = at - <f32>first;
  for (let plane = 0; plane < 2; plane += 1) {
    const upper = flow + <usize>((plane * rows + first) * columns * 4);
    const lower = flow + <usize>((plane * rows + second) * columns * 4);
    const into = cells + <usize>(plane * 4);
    for (let x = 0; x <= columns; x += 1) {
      const from = <usize>(min(x, columns - 1) * 4);
      const a = load<f32>(upper + from);
      store<f32>(into + <usize>x * CELL, a + (load<f32>(lower + from) - a) * share);
    }
  }
}

/** The row's flow at a column: x and y in the first two lanes. */
@inline
function shiftAt(entry: usize): v128 {
  const at = load<usize>(entry);
  const near = v128.load64_zero(at);
  const far = v128.load64_zero(at + CELL);
  const share = f32x4.splat(load<f32>(entry, 4));
  return f32x4.add(near, f32x4.mul(f32x4.sub(far, near), share));
}

/** Whether a place reads anything of a drawing; false for what is no number. */
@inline
function isInside(u: f32, v: f32, width: i32, height: i32): bool {
  return u > -1 && v > -1 && u < <f32>width && v < <f32>height;
}

@inline
function sampled(drawing: usize, width: i32, u: f32, v: f32): v128 {
  const left = Mathf.floor(u);
  const top = Mathf.floor(v);
  const row = <usize>(width + 2) * PIXEL;
  const at = drawing + <usize>(<i32>top + 1) * row + <usize>(<i32>left + 1) * PIXEL;
  const across = f32x4.splat(u - left);
  const a = v128.load(at);
  const b = v128.load(at + PIXEL);
  const c = v128.load(at + row);
  const d = v128.load(at + row + PIXEL);
  const upper = f32x4.add(a, f32x4.mul(f32x4.sub(b, a), across));
  const lower = f32x4.add(c, f32x4.mul(f32x4.sub(d, c), across));
  return f32x4.add(upper, f32x4.mul(f32x4.sub(lower, upper), f32x4.splat(v - top)));
}

@inline
function over(under: v128, layer: v128): v128 {
  const left = f32x4.splat(1 - f32x4.extract_lane(layer, 3));
  return f32x4.add(layer, f32x4.mul(under, left));
}

/** The picture's row, four pixels at a time, into the planes. */
function storePlanes(y: i32): void {
  const plane = <usize>(size * size * 4);
  let at = result + <usize>(y * size * 4);
  for (let x = 0; x < size; x += 4) {
    const from = row + <usize>x * PIXEL;
    const a = v128.load(from);
    const b = v128.load(from, 16);
    const c = v128.load(from, 32);
    const d = v128.load(from, 48);
    const redGreen = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const redGreen2 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const blueAlpha = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const blueAlpha2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(at, v128.shuffle<f32>(redGreen, redGreen2, 0, 1, 4, 5));
    v128.store(at + plane, v128.shuffle<f32>(redGreen, redGreen2, 2, 3, 6, 7));
    v128.store(at + 2 * plane, v128.shuffle<f32>(blueAlpha, blueAlpha2, 0, 1, 4, 5));
    v128.store(at + 3 * plane, v128.shuffle<f32>(blueAlpha, blueAlpha2, 2, 3, 6, 7));
    at += 16;
  }
}
