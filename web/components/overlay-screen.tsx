'use client';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { OverlayCanvas } from '../lib/overlay-canvas.ts';
import { sessionIn } from '../lib/session-path.ts';
import { Client } from '../lib/socket.ts';
import { usePlayback } from '../lib/use-playback.ts';
import { useStore } from '../lib/use-store.ts';
import { Viewing } from '../lib/viewing.ts';
import { MusicSound } from './music-sound.tsx';

/** A session that is not there yet, or no more, is looked for this often. */
const AGAIN_MS = 3000;

/**
 * The avatar alone on nothing, with its sound: for OBS's browser source. No control and no word is
 * ever shown, since all that is shown is on air.
 */
export function Overlay() {
  const [sessionId] = useState(() => sessionIn(location.pathname, 'overlay'));
  const [parts] = useState(() => {
    const client = new Client(() => null);
    return sessionId && { client, viewing: new Viewing(client, sessionId, 'overlay') };
  });
  useEffect(() => {
    if (!parts) return;
    parts.viewing.start();
    parts.client.open();
    return () => {
      parts.viewing.stop();
      parts.client.close();
    };
  }, [parts]);
  return parts && <Layer {...parts} />;
}

function Layer({ viewing }: { readonly viewing: Viewing }) {
  const video = useRef<HTMLVideoElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const peer = useStore(viewing.keeper.peer);
  const state = useStore(viewing.state);
  const over = state === 'ended' || state === 'gone';
  const { blocked } = usePlayback(video, peer?.stream ?? null, true);
  useCompositing(video, canvas, over);
  useEffect(() => {
    if (!over) return;
    const timer = setInterval(() => viewing.again(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [over, viewing]);
  useEffect(() => {
    // In a browser a page may make no sound before it was touched; OBS has no such rule.
    const unmute = () => {
      if (video.current) video.current.muted = false;
    };
    if (blocked) addEventListener('pointerdown', unmute, { once: true });
    return () => removeEventListener('pointerdown', unmute);
  }, [blocked]);
  return (
    <main className="fixed inset-0 overflow-hidden">
      <video ref={video} playsInline autoPlay aria-hidden className="absolute size-px opacity-0" />
      <canvas
        ref={canvas}
        data-testid="overlay"
        className="absolute inset-0 size-full object-contain"
      />
      <MusicSound stream={peer?.music ?? null} on={!blocked} />
    </main>
  );
}

/** Draws each frame when the browser would show it, so that sound and picture stay together. */
function useCompositing(
  video: RefObject<HTMLVideoElement | null>,
  canvas: RefObject<HTMLCanvasElement | null>,
  over: boolean,
): void {
  useEffect(() => {
    if (!video.current || !canvas.current) return;
    const element = video.current;
    const layer = new OverlayCanvas(canvas.current);
    if (over) {
      layer.clear();
      return;
    }
    let drawn = 0;
    const draw = () => {
      layer.draw(element);
      drawn += 1;
      element.dataset['drawn'] = String(drawn);
      handle = element.requestVideoFrameCallback(draw);
    };
    let handle = element.requestVideoFrameCallback(draw);
    return () => element.cancelVideoFrameCallback(handle);
  }, [video, canvas, over]);
}
