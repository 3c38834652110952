'use client';
import { useEffect, useRef } from 'react';
import type { Template } from '../../server/protocol/index.ts';
import { createPose } from '../../server/protocol/pose.ts';
import { drawFigure, stageFor } from '../lib/figure/draw.ts';
import { poseAt } from '../lib/figure/rest.ts';

type Props = {
  /** null while it is being loaded: the canvas stays empty. */
  readonly template: Template | null;
  /** Moves it; else it holds its most telling moment. */
  readonly moving: boolean;
  readonly className?: string;
};

/** A template as a small mannequin. */
export function Figure({ template, moving, className }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || !template) return;
    const pose = createPose();
    const draw = (t: number): void => {
      const { width, height } = fit(element);
      context.clearRect(0, 0, width, height);
      poseAt(template, t, pose);
      drawFigure(context, pose, stageFor(width, height, 'tile'));
    };
    if (!moving) {
      draw(tellingMoment(template));
      return;
    }
    const startMs = performance.now();
    let frame = 0;
    const step = (nowMs: number): void => {
      draw((Math.max(0, nowMs - startMs) / 1000) % template.seconds);
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [template, moving]);
  return <canvas ref={canvas} aria-hidden className={className} />;
}

/** The canvas in device pixels, whatever size the page gives it. */
export function fit(canvas: HTMLCanvasElement): { width: number; height: number } {
  const ratio = Math.min(2, devicePixelRatio);
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  return { width, height };
}

/** When the wrists are farthest from where they rest; without them, two fifths of the way. */
function tellingMoment(template: Template): number {
  const pose = createPose();
  let best = template.seconds * 0.4;
  let farthest = 0.3;
  for (let share = 0.1; share < 1; share += 0.1) {
    const t = share * template.seconds;
    poseAt(template, t, pose);
    const reach = WRISTS.reduce((sum, [index, x, y]) => {
      return sum + Math.hypot(pose.body[index * 3]! - x, pose.body[index * 3 + 1]! - y);
    }, 0);
    if (reach <= farthest) continue;
    farthest = reach;
    best = t;
  }
  return best;
}

const WRISTS = [
  [4, -0.21, 1.04],
  [7, 0.21, 1.04],
] as const;
