'use client';
import { LoaderCircle, Maximize, Volume2, VolumeX } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { SessionId } from '../../server/protocol/index.ts';
import { PreferencesProvider, useText } from '../lib/preferences.tsx';
import { sessionIn } from '../lib/session-path.ts';
import { Client } from '../lib/socket.ts';
import { usePlayback } from '../lib/use-playback.ts';
import { useStore } from '../lib/use-store.ts';
import { Viewing } from '../lib/viewing.ts';
import { Logo } from './logo.tsx';
import { MusicSound } from './music-sound.tsx';
import { WatchNumbers } from './watch-numbers.tsx';

export function Watch() {
  const [session] = useState(() => sessionIn(location.pathname, 'watch'));
  return (
    <PreferencesProvider>
      <main className="fixed inset-0 grid place-items-center overflow-hidden bg-black text-white">
        {session === null ? <Gone /> : <Watching sessionId={session} />}
      </main>
    </PreferencesProvider>
  );
}

function Watching({ sessionId }: { readonly sessionId: SessionId }) {
  const [parts] = useState(() => {
    const client = new Client(() => null);
    return { client, viewing: new Viewing(client, sessionId) };
  });
  useEffect(() => {
    parts.viewing.start();
    parts.client.open();
    return () => {
      parts.viewing.stop();
      parts.client.close();
    };
  }, [parts]);
  const state = useStore(parts.viewing.state);
  if (state === 'gone') return <Gone />;
  if (state === 'ended') return <Ended />;
  return <Player {...parts} />;
}

function Player({ client, viewing }: { readonly client: Client; readonly viewing: Viewing }) {
  const t = useText();
  const video = useRef<HTMLVideoElement>(null);
  const peer = useStore(viewing.keeper.peer);
  const connection = useStore(client.connection);
  const [sound, setSound] = useState(true);
  const { blocked, playing } = usePlayback(video, peer?.stream ?? null, sound);
  const unmute = () => {
    setSound(true);
    if (video.current) video.current.muted = false;
    void video.current?.play();
  };
  const lost = connection === 'offline' || (playing && peer === null);
  return (
    <>
      <video
        ref={video}
        data-testid="watch-video"
        aria-label={t.watch.video}
        playsInline
        autoPlay
        className="absolute inset-0 size-full object-contain"
      />
      <MusicSound stream={peer?.music ?? null} on={sound && !blocked} />
      {playing && <LiveBadge />}
      {(!playing || lost) && (
        <Waiting words={lost ? t.watch.reconnecting : t.watch.connecting} small={playing} />
      )}
      {playing && blocked && <TapForSound onClick={unmute} />}
      {playing && (
        <Controls sound={sound && !blocked} onSound={(on) => (on ? unmute() : setSound(false))} />
      )}
      <WatchNumbers viewing={viewing} />
    </>
  );
}

function LiveBadge() {
  const t = useText();
  return (
    <p className="pointer-events-none absolute top-4 left-4 flex h-6 items-center gap-1.5 rounded bg-live px-2 text-xs font-semibold text-white uppercase">
      <span aria-hidden className="size-1.5 animate-pulse rounded-full bg-current" />
      {t.live.badge}
    </p>
  );
}

function TapForSound({ onClick }: { readonly onClick: () => void }) {
  const t = useText();
  return (
    <button
      type="button"
      onClick={onClick}
      className="absolute inset-0 grid place-items-center focus-visible:outline-offset-[-6px]"
    >
      <span className="flex h-14 items-center gap-3 rounded-full bg-black/70 px-7 text-lg font-semibold shadow-xl backdrop-blur-sm">
        <Volume2 aria-hidden className="size-6" />
        {t.live.tapForSound}
      </span>
    </button>
  );
}

function Controls({
  sound,
  onSound,
}: {
  readonly sound: boolean;
  readonly onSound: (on: boolean) => void;
}) {
  const t = useText();
  const Icon = sound ? Volume2 : VolumeX;
  const fullscreen = () =>
    document.fullscreenElement
      ? document.exitFullscreen()
      : document.documentElement.requestFullscreen();
  return (
    <div className="absolute right-4 bottom-4 flex gap-2 opacity-70 transition-opacity focus-within:opacity-100 hover:opacity-100">
      <button
        type="button"
        aria-label={sound ? t.watch.mute : t.watch.unmute}
        onClick={() => onSound(!sound)}
        className={round}
      >
        <Icon aria-hidden className="size-5" />
      </button>
      <button
        type="button"
        aria-label={t.watch.fullscreen}
        onClick={() => void fullscreen()}
        className={round}
      >
        <Maximize aria-hidden className="size-5" />
      </button>
    </div>
  );
}

const round =
  'grid size-11 place-items-center rounded-full bg-black/60 text-white hover:bg-black/80';

function Waiting({ words, small }: { readonly words: string; readonly small: boolean }) {
  if (small) {
    return (
      <p
        role="status"
        className="absolute top-4 left-1/2 flex h-9 -translate-x-1/2 items-center gap-2.5 rounded-full bg-black/75 px-4 text-sm"
      >
        <LoaderCircle aria-hidden className="size-4 animate-spin" />
        {words}
      </p>
    );
  }
  return (
    <p role="status" className="absolute grid justify-items-center gap-4 text-white/80">
      <LoaderCircle aria-hidden className="size-8 animate-spin" />
      {words}
    </p>
  );
}

function Gone() {
  const t = useText();
  return <Sentence title={t.watch.gone}>{t.watch.goneText}</Sentence>;
}

function Ended() {
  const t = useText();
  return <Sentence title={t.watch.ended}>{t.watch.endedText}</Sentence>;
}

function Sentence({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="grid max-w-sm justify-items-center gap-2 px-6 text-center" role="status">
      <Logo />
      <h1 className="mt-6 text-2xl font-semibold">{title}</h1>
      <p className="text-white/70">{children}</p>
    </div>
  );
}
