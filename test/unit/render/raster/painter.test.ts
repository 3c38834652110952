/** The painter against an independent one (Skia, by @napi-rs/canvas) and against arithmetic. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';

import { Gradient, Solid } from '../../../../server/render/raster/paint.ts';
import { Painter } from '../../../../server/render/raster/painter.ts';
import { seededRandom } from '../../../../server/motion/random.ts';

const SIZE = 96;
const RED = new Solid(200, 30, 60, 1);
const FAINT = new Solid(20, 90, 200, 0.5);
const RASTER = join(import.meta.dirname, '../../../../server/render/raster');

/** Draws with both and returns the peak signal-to-noise ratio in dB and the largest difference. */
function compare(
  draw: (pen: Painter | SKRSContext2D, style: (paint: 'red' | 'faint') => never) => void,
): { psnr: number; worst: number } {
  const ours = new Painter(SIZE, SIZE);
  draw(ours, (paint) => (paint === 'red' ? RED : FAINT) as never);
  const canvas = createCanvas(SIZE, SIZE);
  const skia = canvas.getContext('2d');
  draw(skia, (paint) => (paint === 'red' ? 'rgba(200,30,60,1)' : 'rgba(20,90,200,0.5)') as never);
  const [a, b] = [ours.pixels, canvas.data()];
  let squares = 0;
  let worst = 0;
  for (let i = 0; i < a.length; i += 1) {
    const difference = Math.abs(a[i]! - b[i]!);
    squares += difference * difference;
    worst = Math.max(worst, difference);
  }
  return { psnr: 10 * Math.log10((255 * 255 * a.length) / Math.max(1e-9, squares)), worst };
}

function pixel(painter: Painter, x: number, y: number): number[] {
  return [...painter.pixels.subarray((y * painter.width + x) * 4, (y * painter.width + x) * 4 + 4)];
}

function box(pen: Painter, x: number, y: number, width: number, height: number): void {
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x + width, y);
  pen.lineTo(x + width, y + height);
  pen.lineTo(x, y + height);
  pen.closePath();
}

test('random curves, filled, look as Skia draws them', () => {
  const random = seededRandom(1);
  for (let round = 0; round < 40; round += 1) {
    const numbers = Array.from({ length: 26 }, () => (random() * 1.4 - 0.2) * SIZE);
    const { psnr } = compare((pen, style) => {
      pen.fillStyle = style(round % 2 === 0 ? 'red' : 'faint');
      pen.beginPath();
      pen.moveTo(numbers[0]!, numbers[1]!);
      for (let i = 2; i < 26; i += 6) {
        const [a, b, c, d, e, f] = numbers.slice(i, i + 6) as [
          number,
          number,
          number,
          number,
          number,
          number,
        ];
        pen.bezierCurveTo(a, b, c, d, e, f);
      }
      pen.closePath();
      pen.fill();
    });
    assert.ok(psnr > 34, `round ${round}: ${psnr.toFixed(1)} dB`);
  }
});

test('strokes with every cap and join look as Skia draws them', () => {
  const random = seededRandom(2);
  for (let round = 0; round < 40; round += 1) {
    const numbers = Array.from({ length: 14 }, () => random() * SIZE);
    const width = 0.8 + random() * 9;
    const { psnr } = compare((pen, style) => {
      pen.strokeStyle = style('red');
      pen.lineWidth = width;
      pen.lineCap = round % 2 === 0 ? 'round' : 'butt';
      pen.lineJoin = round % 3 === 0 ? 'miter' : 'round';
      pen.beginPath();
      pen.moveTo(numbers[0]!, numbers[1]!);
      pen.lineTo(numbers[2]!, numbers[3]!);
      const [a, b, c, d, e, f] = numbers.slice(4, 10) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      pen.bezierCurveTo(a, b, c, d, e, f);
      pen.quadraticCurveTo(numbers[10]!, numbers[11]!, numbers[12]!, numbers[13]!);
      if (round % 5 === 0) pen.closePath();
      pen.stroke();
    });
    assert.ok(psnr > 30, `round ${round}: ${psnr.toFixed(1)} dB`);
  }
});

test('arcs, ellipses, transforms and clips agree with Skia', () => {
  const { psnr } = compare((pen, style) => {
    pen.translate(48, 50);
    pen.rotate(0.4);
    pen.scale(-1.5, 1.5);
    pen.fillStyle = style('red');
    pen.beginPath();
    pen.ellipse(0, 0, 24, 12, 0.7, 0, Math.PI * 2);
    pen.fill();
    pen.save();
    pen.clip();
    pen.fillStyle = style('faint');
    pen.beginPath();
    pen.arc(10, 4, 16, -1, 2.2, true);
    pen.fill();
    pen.restore();
    pen.beginPath();
    pen.moveTo(-20, -20);
    pen.arc(0, 0, 22, 3.6, 5);
    pen.strokeStyle = style('faint');
    pen.lineWidth = 3;
    pen.stroke();
  });
  assert.ok(psnr > 38, `${psnr.toFixed(1)} dB`);
});

test('gradients agree with Skia', () => {
  for (const radial of [false, true]) {
    const stops = [
      [0, '#102030'],
      [0.4, '#e0c040'],
      [1, '#ff0080'],
    ] as const;
    const solid = (hex: string): Solid => {
      const byte = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
      return new Solid(byte(1), byte(3), byte(5), 1);
    };
    const ours = new Painter(SIZE, SIZE);
    const paints = stops.map(([at, hex]) => [at, solid(hex)] as const);
    ours.scale(2, 2);
    ours.fillStyle = radial
      ? Gradient.radial([24, 20], 18, paints)
      : Gradient.linear([8, 4], [40, 36], paints);
    box(ours, 2, 2, 44, 44);
    ours.fill();
    const canvas = createCanvas(SIZE, SIZE);
    const skia = canvas.getContext('2d');
    skia.scale(2, 2);
    const style = radial
      ? skia.createRadialGradient(24, 20, 0, 24, 20, 18)
      : skia.createLinearGradient(8, 4, 40, 36);
    for (const [at, hex] of stops) style.addColorStop(at, hex);
    skia.fillStyle = style;
    skia.fillRect(2, 2, 44, 44);
    const theirs = canvas.data();
    const worst = ours.pixels.reduce((most, v, i) => Math.max(most, Math.abs(v - theirs[i]!)), 0);
    assert.ok(worst <= 4, `${radial ? 'radial' : 'linear'}: off by ${worst}`);
  }
});

test('coverage is exact: a box with fractional edges covers its area, neighbours leave no seam', () => {
  const painter = new Painter(SIZE, SIZE);
  painter.fillStyle = new Solid(0, 0, 0, 1);
  box(painter, 10.25, 10.5, 2, 2);
  painter.fill();
  assert.deepEqual(pixel(painter, 10, 10), [0, 0, 0, Math.round(255 * 0.75 * 0.5)]);
  assert.deepEqual(pixel(painter, 11, 11), [0, 0, 0, 255]);
  painter.clear();
  painter.beginPath();
  for (const x of [20, 31.3]) {
    painter.moveTo(x, 20);
    painter.lineTo(x + 11.3, 20);
    painter.lineTo(x + 11.3, 40);
    painter.lineTo(x, 40);
    painter.closePath();
  }
  painter.fill();
  assert.deepEqual(pixel(painter, 31, 30), [0, 0, 0, 255]);
});

test('atop paints only what is there and keeps its alpha', () => {
  const painter = new Painter(SIZE, SIZE);
  painter.fillStyle = FAINT;
  box(painter, 0, 0, 20, 20);
  painter.fill();
  const { 3: alpha } = pixel(painter, 5, 5);
  painter.globalCompositeOperation = 'source-atop';
  painter.fillStyle = RED;
  box(painter, 0, 0, 40, 40);
  painter.fill();
  assert.equal(pixel(painter, 5, 5)[3], alpha);
  assert.ok(pixel(painter, 5, 5)[0]! > 90);
  assert.deepEqual(pixel(painter, 30, 30), [0, 0, 0, 0]);
});

test('what is outside, endless or not a number leaves the picture whole', () => {
  const painter = new Painter(50, 37);
  painter.fillStyle = RED;
  painter.strokeStyle = RED;
  painter.lineWidth = 4;
  for (const far of [1e9, -1e9, Number.NaN, Number.POSITIVE_INFINITY]) {
    painter.beginPath();
    painter.moveTo(far, 3);
    painter.lineTo(10, far);
    painter.bezierCurveTo(far, 1, 2, far, 9, 9);
    painter.closePath();
    painter.fill();
    painter.stroke();
  }
  painter.beginPath();
  for (let i = 0; i < 100_000; i += 1) painter.lineTo(i % 50, (i * 7) % 37);
  painter.fill();
  painter.clear();
  assert.ok(painter.pixels.every((value) => value === 0));
  painter.fillStyle = RED;
  box(painter, 1, 1, 2, 2);
  painter.fill();
  const lit = painter.pixels.reduce(
    (count, value, i) => count + (i % 4 === 3 && value > 0 ? 1 : 0),
    0,
  );
  assert.equal(lit, 4, 'nothing is left of what was drawn before');
  assert.equal(painter.pixels.length, 50 * 37 * 4);
});

test('more saves than restores and the other way round are errors', () => {
  const painter = new Painter(8, 8);
  assert.throws(() => painter.restore(), /restore without save/);
  assert.throws(() => {
    for (let i = 0; i < 17; i += 1) painter.save();
  }, /16 saves/);
});

test('the WebAssembly in the repository is what its source compiles to', () => {
  const folder = mkdtempSync(join(tmpdir(), 'posecast-raster-'));
  try {
    const { status } = spawnSync(process.execPath, [join(RASTER, 'compile.mjs'), folder]);
    assert.equal(status, 0);
    for (const name of ['raster', 'i420', 'scene', 'mesh', 'enlarge', 'bend', 'film'].map(
      (n) => `${n}.wasm`,
    )) {
      assert.ok(readFileSync(join(folder, name)).equals(readFileSync(join(RASTER, name))), name);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
