'use client';
import clsx from 'clsx';
import { useEffect, useRef } from 'react';
import type { AvatarSummary } from '../../server/protocol/index.ts';
import { cellStyle, movingPath, TALK, talkCell, WAVE, waveCell } from '../lib/moving.ts';
import type { Store } from '../lib/store.ts';

type Props = {
  readonly avatar: AvatarSummary;
  readonly alt: string;
  /** Its level opens the mouth; without one the avatar waves, or stands still. */
  readonly voice?: Store<number>;
  readonly waving?: boolean;
  readonly className?: string;
};

/**
 * An avatar before it is live: its still, and over that the cell of its moving picture that fits the
 * voice or the time. Avatars without a moving picture stay as they are.
 */
export function MovingAvatar({ avatar, alt, voice, waving = false, className }: Props) {
  const cell = useRef<HTMLDivElement>(null);
  const path = movingPath(avatar.name, voice ? 'talk' : 'wave');
  useEffect(() => {
    const element = cell.current;
    if (!element || !path) return;
    const show = (number: number) => {
      const { position, size } = cellStyle(voice ? TALK : WAVE, number);
      element.style.backgroundPosition = position;
      element.style.backgroundSize = size;
    };
    element.style.backgroundImage = `url(${path})`;
    show(0);
    if (voice) return voice.subscribe(() => show(talkCell(voice.get())));
    if (!waving || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const startMs = performance.now();
    let frame = 0;
    const step = (nowMs: number) => {
      show(waveCell(nowMs - startMs));
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [path, voice, waving]);
  if (!path) {
    return (
      <img
        src={avatar.previewPath}
        alt={alt}
        className={clsx('object-contain object-bottom', className)}
      />
    );
  }
  // A box as high as wide, as its cells are, standing on the lower edge.
  return (
    <div className={clsx('@container-size grid place-items-center content-end', className)}>
      <div
        ref={cell}
        {...(alt === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': alt })}
        className="aspect-square w-[min(100cqw,100cqh)] bg-no-repeat"
      />
    </div>
  );
}
