import { useEffect, useRef } from 'react';
import type { Destination } from './dropped.ts';
import { useStore } from './use-store.ts';
import { useStudio } from './use-studio.tsx';

/** Takes files that were dropped elsewhere for this destination, as soon as they are there. */
export function useDropped(to: Destination, onFiles: (files: readonly File[]) => void): void {
  const { dropped } = useStudio();
  const waiting = useStore(dropped.waiting);
  const newest = useRef(onFiles);
  newest.current = onFiles;
  useEffect(() => {
    const files = dropped.take(to);
    if (files.length > 0) newest.current(files);
  }, [dropped, waiting, to]);
}
