'use client';
import { useEffect, useRef } from 'react';

/** Plays the session's music beside its picture; a silent track where there is none. */
export function MusicSound({
  stream,
  on,
}: {
  readonly stream: MediaStream | null;
  readonly on: boolean;
}) {
  const audio = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const element = audio.current;
    if (!element || !stream) return;
    if (element.srcObject !== stream) element.srcObject = stream;
    element.muted = !on;
    // Where a page may make no sound yet, it is tried again once it may.
    if (on) element.play().catch(() => undefined);
  }, [stream, on]);
  return <audio ref={audio} data-testid="music" hidden />;
}
