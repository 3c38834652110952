'use client';
import { useEffect, useRef } from 'react';
import type { SoundSource } from './studio-script-editor.ts';

/**
 * Plays the sound of the script editor: the editor says whether, and where from; while it plays, the
 * playhead follows the sound.
 */
export function useSoundPlayer({ file, editor }: SoundSource): () => void {
  const audio = useRef<HTMLAudioElement | null>(null);
  useEffect(() => {
    const element = new Audio();
    const url = URL.createObjectURL(file);
    element.src = url;
    audio.current = element;
    let frame = 0;
    const follow = () => {
      editor.seek(element.currentTime);
      frame = requestAnimationFrame(follow);
    };
    const stop = () => {
      cancelAnimationFrame(frame);
      editor.view.update({ playing: false });
    };
    element.onplaying = () => {
      cancelAnimationFrame(frame);
      follow();
    };
    element.onpause = element.onended = element.onerror = stop;
    return () => {
      element.pause();
      stop();
      element.removeAttribute('src');
      URL.revokeObjectURL(url);
    };
  }, [file, editor]);
  return () => {
    const element = audio.current;
    if (!element) return;
    const { playing, t } = editor.view.get();
    if (playing) return element.pause();
    element.currentTime = t >= editor.seconds - 0.05 ? 0 : t;
    editor.view.update({ playing: true });
    // What it can't play it can't show either, which the card says.
    element.play().catch(() => editor.view.update({ playing: false }));
  };
}
