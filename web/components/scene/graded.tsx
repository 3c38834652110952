'use client';
import { useEffect, useRef, useState, type CSSProperties } from 'react';
import type { SceneLut } from '../../../server/protocol/index.ts';
import { gradePixels, loadGrade, type Grade } from '../../lib/grade.ts';

/** The grade of a scene's LUT once it is here; null without one. */
export function useGrade(lut: SceneLut | null): Grade | null {
  const [grade, setGrade] = useState<Grade | null>(null);
  useEffect(() => {
    let wanted = true;
    const show = (next: Grade | null) => wanted && setGrade(next);
    // Without an answer the scene is shown ungraded; on air the server says what is wrong.
    if (lut) loadGrade(lut).then(show, () => show(null));
    else show(null);
    return () => {
      wanted = false;
    };
  }, [lut]);
  return grade;
}

type Props = {
  readonly src: string;
  readonly grade: Grade | null;
  readonly className: string;
  readonly style?: CSSProperties;
};

/** A picture, through a grade where there is one. */
export function GradedImage({ src, grade, className, style }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (!grade) return;
    let wanted = true;
    const image = new Image();
    image.onload = () => wanted && canvas.current && drawGraded(canvas.current, image, grade);
    image.src = src;
    return () => {
      wanted = false;
    };
  }, [src, grade]);
  if (grade) return <canvas ref={canvas} aria-hidden className={className} style={style} />;
  return <img src={src} alt="" draggable={false} className={className} style={style} />;
}

function drawGraded(canvas: HTMLCanvasElement, image: HTMLImageElement, grade: Grade): void {
  const [width, height] = [image.naturalWidth, image.naturalHeight];
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context || width === 0) return;
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, width, height);
  gradePixels(grade, pixels.data);
  context.putImageData(pixels, 0, 0);
}
