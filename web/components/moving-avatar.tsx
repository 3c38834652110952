'use client';
import clsx from 'clsx';
import { useEffect, useRef, useState } from 'react';
import type { AvatarSummary } from '../../server/protocol/index.ts';
import type { SheetName } from '../../server/protocol/moving.ts';
import { cellStyle, movingPath, TALK, talkCell, WAVE, waveCell } from '../lib/moving.ts';
import type { Store } from '../lib/store.ts';

type Props = {
  readonly avatar: AvatarSummary;
  readonly alt: string;
  /** Its level opens the mouth; without one the avatar waves, or stands still. */
  readonly voice?: Store<number> | undefined;
  readonly waving?: boolean;
  readonly className?: string | undefined;
};

/**
 * An avatar before it is live: the cell of its moving picture that fits the voice or the time. Where
 * that has to be drawn first, or can't be, it is its still.
 */
export function MovingAvatar({ avatar, alt, voice, waving = false, className }: Props) {
  const path = useMovingPath(avatar, voice ? 'talk' : 'wave', voice !== undefined || waving);
  if (!path) {
    return (
      <img
        src={avatar.previewPath}
        alt={alt}
        draggable={false}
        className={clsx('object-contain object-bottom', className)}
      />
    );
  }
  return <Cells {...{ path, alt, voice, waving, className }} />;
}

/** null until the picture can be shown at once. That of an own avatar is drawn when it first moves. */
function useMovingPath(avatar: AvatarSummary, what: SheetName, moves: boolean): string | null {
  const path = movingPath(avatar, what);
  const [loaded, setLoaded] = useState<string | null>(null);
  const wanted = avatar.own && moves && path !== loaded;
  useEffect(() => {
    if (!path || !wanted) return;
    let here = true;
    const picture = new Image();
    picture.src = path;
    picture.decode().then(
      () => here && setLoaded(path),
      // It can't be drawn: the still stays.
      () => undefined,
    );
    return () => void (here = false);
  }, [path, wanted]);
  return avatar.own && path !== loaded ? null : path;
}

function Cells({
  path,
  alt,
  voice,
  waving,
  className,
}: Pick<Props, 'alt' | 'voice' | 'className'> & {
  readonly path: string;
  readonly waving: boolean;
}) {
  const cell = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = cell.current;
    if (!element) return;
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
