'use client';
import { Eye, LoaderCircle, Volume2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { clock } from '../lib/format.ts';
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
      <LiveBadges viewing={viewing} />
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

function LiveBadges({ viewing }: { readonly viewing: Viewing }) {
  const t = useText();
  const snapshot = useStore(viewing.snapshot);
  const stats = useStore(viewing.stats);
  const count = snapshot?.viewers ?? 0;
  return (
    <div className="pointer-events-none absolute top-3 left-3 flex items-center gap-2 text-[13px] font-medium">
      <span className="flex h-7 items-center gap-1.5 rounded-md bg-live px-2.5 font-semibold text-live-ink uppercase">
        <span aria-hidden className="size-1.5 animate-pulse rounded-full bg-current" />
        {t.live.badge}
      </span>
      <span className="flex h-7 items-center gap-1.5 rounded-md bg-black/60 px-2.5 text-white tabular-nums">
        <span className="sr-only">{t.live.uptime}</span>
        {clock(stats?.uptimeSeconds ?? 0)}
      </span>
      <span
        role="status"
        aria-label={t.live.viewers(count)}
        className="flex h-7 items-center gap-1.5 rounded-md bg-black/60 px-2.5 text-white tabular-nums"
      >
        <Eye aria-hidden className="size-3.5" />
        {count}
      </span>
    </div>
  );
}

const overPicture =
  'flex h-9 items-center gap-2 rounded-lg bg-black/60 px-3 text-[13px] font-medium text-white hover:bg-black/75';
const EMPTY = { width: 512, height: 512, background: 'transparent' };
