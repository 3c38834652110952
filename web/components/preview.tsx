'use client';
import { LoaderCircle, Volume2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { useText } from '../lib/preferences.tsx';
import { recall, remember } from '../lib/storage.ts';
import { usePlayback } from '../lib/use-playback.ts';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import type { Viewing } from '../lib/viewing.ts';
import { FiredBadge } from './fired-badge.tsx';
import { MusicSound } from './music-sound.tsx';
import { PictureFrame } from './picture-frame.tsx';
import { SoundToggle } from './sound-toggle.tsx';

/** The session as a viewer gets it, over the same way, with sound. */
export function Preview({ viewing }: { readonly viewing: Viewing }) {
  const t = useText();
  const snapshot = useStore(viewing.snapshot);
  const peer = useStore(viewing.keeper.peer);
  const video = useRef<HTMLVideoElement>(null);
  const [sound, setSound] = useState(() => recall('sound') !== 'off');
  const { blocked, playing } = usePlayback(video, peer?.stream ?? null, sound);
  const { source, heard } = useStore(useStudio().music.view);
  // Twice the same music, a little apart, is none.
  const heardHere = source === 'share' || (source === 'file' && heard);
  const choose = (on: boolean) => {
    remember('sound', on ? 'on' : 'off');
    setSound(on);
    if (on && video.current) video.current.muted = false;
  };
  const { width, height, background } = snapshot ?? EMPTY;
  return (
    <div className="relative">
      <PictureFrame width={width} height={height} background={background}>
        <video
          ref={video}
          data-testid="preview-video"
          aria-label={t.live.preview}
          playsInline
          autoPlay
          className="absolute inset-0 size-full"
        />
        {!playing && (
          <p
            role="status"
            className="absolute inset-0 grid place-content-center justify-items-center gap-3 bg-canvas text-sm text-ink-2"
          >
            <LoaderCircle aria-hidden className="size-6 animate-spin" />
            {t.live.waiting}
          </p>
        )}
      </PictureFrame>
      <MusicSound stream={peer?.music ?? null} on={sound && !blocked && !heardHere} />
      <FiredBadge />
      <div className="absolute right-3 bottom-3">
        {blocked ? (
          <button type="button" onClick={() => choose(true)} className={overPicture}>
            <Volume2 aria-hidden className="size-4" />
            {t.live.tapForSound}
          </button>
        ) : (
          <SoundToggle on={sound} onChange={choose} className={overPicture} />
        )}
      </div>
    </div>
  );
}

const overPicture =
  'flex h-9 items-center gap-2 rounded-lg bg-black/60 px-3 text-[13px] font-medium text-white hover:bg-black/75';
const EMPTY = { width: 512, height: 512, background: 'transparent' };
