'use client';
import { usePreferences } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import type { Viewing } from '../../lib/viewing.ts';
import { Chip } from '../ui/chip.tsx';

/** Of several avatars, whom the next gesture, sentence or mood is for. */
export function WhoBar({ viewing }: { readonly viewing: Viewing }) {
  const { t, language } = usePreferences();
  const { motion, catalog } = useStudio();
  const avatar = useStore(motion.avatar);
  const { avatars } = useStore(catalog);
  const cast = useStore(viewing.snapshot)?.cast ?? [];
  if (cast.length < 2) return null;
  return (
    <div role="group" aria-label={t.cast.who} className="flex flex-wrap gap-1.5">
      <Chip chosen={avatar === null} onClick={() => motion.avatar.set(null)}>
        {t.cast.everyone}
      </Chip>
      {cast.map((member, index) => {
        const title = avatars?.find(({ name }) => name === member.avatar)?.title[language];
        return (
          <Chip key={index} chosen={avatar === index} onClick={() => motion.avatar.set(index)}>
            {t.cast.member(index + 1, title ?? member.avatar)}
          </Chip>
        );
      })}
    </div>
  );
}
