'use client';
import { Square } from 'lucide-react';
import { usePreferences } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';

/** Over the preview: what the avatar is doing, and the way to end it. */
export function NowPlaying() {
  const { t, language } = usePreferences();
  const { motion, templates } = useStudio();
  const list = useStore(templates.list);
  const playing = useStore(motion.playing);
  const words = t.motion.deck;
  const titles = playing.map(({ template, avatar }) => {
    const title = list?.find((each) => each.id === template)?.title;
    const name = title?.[language] || title?.en || template;
    return avatar === 0 ? name : words.of(name, avatar + 1);
  });
  return (
    <div className="absolute bottom-3 left-3 flex max-w-[calc(100%-8.5rem)] items-center">
      <p
        role="status"
        className={
          titles.length > 0
            ? 'flex h-9 min-w-0 items-center rounded-l-lg bg-black/60 px-3 text-[13px] font-medium text-white'
            : 'sr-only'
        }
      >
        <span className="truncate">
          {titles.length > 0 ? words.playing(titles.join(' + ')) : words.still}
        </span>
      </p>
      {titles.length > 0 && (
        <button
          type="button"
          aria-label={words.stop}
          aria-keyshortcuts="Escape"
          title={`${words.stop} (Esc)`}
          onClick={() => void motion.stop()}
          className="grid size-9 shrink-0 place-items-center rounded-r-lg bg-black/60 text-white hover:bg-black/80"
        >
          <Square aria-hidden className="size-3 fill-current" />
        </button>
      )}
    </div>
  );
}
