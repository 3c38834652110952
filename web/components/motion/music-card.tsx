'use client';
import { AppWindow, FileMusic, Pause, Play, X } from 'lucide-react';
import { useId, useRef } from 'react';
import { useText } from '../../lib/preferences.tsx';
import { useDropped } from '../../lib/use-dropped.ts';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Check } from '../ui/check.tsx';
import { Notice } from '../ui/notice.tsx';

/** Music on air: out of a file, or of a tab that is shared. */
export function MusicCard() {
  const t = useText().motion.music;
  const { music } = useStudio();
  const { source, problem } = useStore(music.view);
  useDropped('music', ([file]) => file && void music.choose(file));
  return (
    <Card title={t.title}>
      {source === 'none' ? <Sources /> : <Deck />}
      {problem && (
        <div className="mt-2.5">
          <Notice tone="fair" title={t.problems[problem]} />
        </div>
      )}
    </Card>
  );
}

function Sources() {
  const t = useText().motion.music;
  const { music } = useStudio();
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <input
        ref={input}
        type="file"
        accept="audio/*,video/*"
        aria-label={t.choose}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = '';
          if (file) void music.choose(file);
        }}
      />
      <Button size="small" onClick={() => input.current?.click()}>
        <FileMusic aria-hidden className="size-4" />
        {t.choose}
      </Button>
      <Button size="small" onClick={() => void music.share()}>
        <AppWindow aria-hidden className="size-4" />
        {t.share}
      </Button>
      <p className="w-full text-[13px] text-ink-2">{t.about}</p>
    </div>
  );
}

function Deck() {
  const t = useText().motion.music;
  const { music } = useStudio();
  const { source, name, playing, looped, heard } = useStore(music.view);
  const file = source === 'file';
  return (
    <div className="grid gap-2.5">
      <div className="flex items-center gap-2">
        {file && (
          <Button
            size="small"
            look="primary"
            onClick={() => (playing ? music.pause() : void music.play())}
          >
            {playing ? (
              <Pause aria-hidden className="size-4" />
            ) : (
              <Play aria-hidden className="size-4" />
            )}
            {playing ? t.pause : t.play}
          </Button>
        )}
        <p className="min-w-0 flex-1 truncate text-[13px] font-medium" title={name}>
          {file ? name : t.shared}
        </p>
        <Button size="small" look="quiet" aria-label={t.remove} onClick={() => music.end()}>
          <X aria-hidden className="size-4" />
        </Button>
      </div>
      <Volume />
      {file && (
        <div className="flex flex-wrap gap-x-5 gap-y-1.5">
          <Check label={t.loop} value={looped} onChange={(on) => (music.looped = on)} />
          <Check label={t.heard} value={heard} onChange={(on) => (music.heard = on)} />
        </div>
      )}
    </div>
  );
}

function Volume() {
  const t = useText().motion.music;
  const { music } = useStudio();
  const { volume } = useStore(music.view);
  const id = useId();
  return (
    <div className="flex items-center gap-3 text-[13px]">
      <label htmlFor={id} className="text-ink-2">
        {t.volume}
      </label>
      <input
        id={id}
        type="range"
        min={0}
        max={1}
        step={0.01}
        value={volume}
        onChange={(event) => (music.volume = Number(event.target.value))}
        className="min-w-0 flex-1 accent-accent"
      />
    </div>
  );
}
