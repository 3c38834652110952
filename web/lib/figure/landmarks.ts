/** What MediaPipe found, drawn over the picture it was found in. */
import type { Found, Landmark } from '../vision.ts';

/** MediaPipe's 33 body points: arms, trunk and legs; the avatar's left in blue, right in orange. */
const LEFT_LINES = [[11, 13], [13, 15], [15, 19], [23, 25], [25, 27]] as const; // prettier-ignore
const RIGHT_LINES = [[12, 14], [14, 16], [16, 20], [24, 26], [26, 28]] as const; // prettier-ignore
const TRUNK_LINES = [[11, 12], [11, 23], [12, 24], [23, 24]] as const; // prettier-ignore
const HAND_CHAINS = [[0, 1, 2, 3, 4], [0, 5, 6, 7, 8], [0, 9, 10, 11, 12], [0, 13, 14, 15, 16], [0, 17, 18, 19, 20]] as const; // prettier-ignore

const LEFT = '#5b8cff';
const RIGHT = '#ff9a4d';
const TRUNK = '#ffffff';
const FACE = 'rgb(255 255 255 / 0.55)';
const LEAST_VISIBLE = 0.4;
/** Every so many of the 478 face points are drawn: enough to see that it holds. */
const FACE_STEP = 4;

/** The canvas takes the picture's own pixels; the page scales it like the picture. */
export function drawLandmarks(
  context: CanvasRenderingContext2D,
  canvas: HTMLCanvasElement,
  found: Found,
): void {
  const { width, height } = found;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  context.clearRect(0, 0, width, height);
  context.lineCap = 'round';
  context.lineWidth = Math.max(2, width / 160);
  const pen: Pen = { context, width, height };
  if (found.pose) {
    drawLines(pen, found.pose, TRUNK_LINES, TRUNK);
    drawLines(pen, found.pose, LEFT_LINES, LEFT);
    drawLines(pen, found.pose, RIGHT_LINES, RIGHT);
  }
  if (found.face) drawDots(pen, found.face);
  for (const hand of found.hands) {
    for (const chain of HAND_CHAINS) {
      const lines = chain.slice(1).map((to, index) => [chain[index]!, to] as const);
      drawLines(pen, hand.landmarks, lines, TRUNK);
    }
  }
}

type Pen = {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
};

function drawLines(
  { context, width, height }: Pen,
  points: readonly Landmark[],
  lines: readonly (readonly [number, number])[],
  colour: string,
): void {
  context.strokeStyle = colour;
  context.beginPath();
  for (const [from, to] of lines) {
    const [a, b] = [points[from], points[to]];
    if (!a || !b || !isVisible(a) || !isVisible(b)) continue;
    context.moveTo(a.x * width, a.y * height);
    context.lineTo(b.x * width, b.y * height);
  }
  context.stroke();
}

function drawDots({ context, width, height }: Pen, points: readonly Landmark[]): void {
  context.fillStyle = FACE;
  const size = Math.max(1.5, width / 400);
  for (let i = 0; i < points.length; i += FACE_STEP) {
    const { x, y } = points[i]!;
    context.fillRect(x * width - size / 2, y * height - size / 2, size, size);
  }
}

function isVisible({ visibility = 1 }: Landmark): boolean {
  return visibility > LEAST_VISIBLE;
}
