'use client';
import clsx from 'clsx';
import { FlipHorizontal2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { drawLandmarks } from '../../lib/figure/landmarks.ts';
import { useText } from '../../lib/preferences.tsx';
import type { Tracking } from '../../lib/tracking.ts';
import { useStore } from '../../lib/use-store.ts';

/** The webcam with what was found over it. Mirrored like a mirror; what is sent never is. */
export function WebcamPreview({ tracking }: { readonly tracking: Tracking }) {
  const t = useText().motion.webcam;
  const { stream } = useStore(tracking.camera.view);
  const video = useRef<HTMLVideoElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [mirrored, setMirrored] = useState(true);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = stream;
    // Refused only while the page is hidden; it plays once it is looked at.
    if (stream) element.play().catch(() => undefined);
    return () => void (element.srcObject = null);
  }, [stream]);
  useEffect(() => {
    const draw = () => {
      const found = tracking.found.get();
      const context = canvas.current?.getContext('2d');
      if (!canvas.current || !context) return;
      if (found) drawLandmarks(context, canvas.current, found);
      else context.clearRect(0, 0, canvas.current.width, canvas.current.height);
    };
    return tracking.found.subscribe(draw);
  }, [tracking]);
  return (
    <div className="relative overflow-hidden rounded-xl bg-black">
      <div className={clsx('relative', mirrored && '-scale-x-100')}>
        <video ref={video} aria-label={t.preview} muted playsInline className="block w-full" />
        <canvas ref={canvas} aria-hidden className="absolute inset-0 size-full" />
      </div>
      {mirrored && (
        <p className="absolute bottom-2 left-2 rounded-md bg-black/60 px-2 py-0.5 text-xs text-white">
          {t.mirrored}
        </p>
      )}
      <button
        type="button"
        aria-pressed={mirrored}
        aria-label={t.mirror}
        title={t.mirror}
        onClick={() => setMirrored(!mirrored)}
        className="absolute right-2 bottom-2 grid size-8 place-items-center rounded-md bg-black/60 text-white hover:bg-black/75"
      >
        <FlipHorizontal2 aria-hidden className="size-4" />
      </button>
    </div>
  );
}
