'use client';
import { Square } from 'lucide-react';
import { useText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { useTemplateTitle } from '../../lib/use-template-title.ts';

/** Over the preview: what the avatar is doing, and the way to end it. */
export function NowPlaying() {
  const words = useText().motion.deck;
  const { motion } = useStudio();
  const titleOf = useTemplateTitle();
  const titles = useStore(motion.playing).map(({ template, avatar }) =>
    avatar === 0 ? titleOf(template) : words.of(titleOf(template), avatar + 1),
  );
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
