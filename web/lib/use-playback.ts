import { useEffect, useState, type RefObject } from 'react';

/**
 * Plays a stream in a <video>. With sound where the browser lets a page make sound; where it
 * doesn't, silently, with `blocked` set so that the page can ask for a tap.
 */
export function usePlayback(
  video: RefObject<HTMLVideoElement | null>,
  stream: MediaStream | null,
  sound: boolean,
): { readonly blocked: boolean; readonly playing: boolean } {
  const [blocked, setBlocked] = useState(false);
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    // A new connection brings a new stream; without one, the last picture stays.
    if (stream && element.srcObject !== stream) element.srcObject = stream;
    element.muted = !sound;
    if (!element.srcObject) return;
    void play(element).then((muted) => setBlocked(sound && muted));
  }, [video, stream, sound]);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    const update = () => {
      setPlaying(element.readyState >= element.HAVE_CURRENT_DATA);
      if (!element.muted) setBlocked(false);
    };
    const events = ['loadeddata', 'playing', 'emptied', 'volumechange'] as const;
    for (const event of events) element.addEventListener(event, update);
    return () => {
      for (const event of events) element.removeEventListener(event, update);
      element.srcObject = null;
    };
  }, [video]);
  return { blocked, playing };
}

/** Resolves to whether it plays without sound in the end. */
async function play(element: HTMLVideoElement): Promise<boolean> {
  try {
    await element.play();
  } catch (error) {
    // AbortError only says that a newer stream took over.
    if (!(error instanceof Error) || error.name !== 'NotAllowedError') return element.muted;
    element.muted = true;
    await element.play().catch(() => undefined); // Then the last frame simply stays.
  }
  return element.muted;
}
