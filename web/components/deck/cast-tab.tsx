'use client';
import { usePreferences } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import type { Viewing } from '../../lib/viewing.ts';
import { WhoBar } from '../motion/who-bar.tsx';
import { NetworkCard } from '../network-card.tsx';

/** Who is in the picture, whom the next gesture is for, and the prompt of one that is drawn from it. */
export function CastTab({ viewing }: { readonly viewing: Viewing }) {
  const { t, language } = usePreferences();
  const { avatars } = useStore(useStudio().catalog);
  const cast = useStore(viewing.snapshot)?.cast ?? [];
  return (
    <div className="grid gap-4 md:grid-cols-2">
      <div className="space-y-3">
        <ul aria-label={t.cast.list} className="flex flex-wrap gap-2">
          {cast.map((member, index) => {
            const avatar = avatars?.find(({ name }) => name === member.avatar);
            return (
              <li
                key={index}
                className="flex items-center gap-2 rounded-xl border border-line py-1 pr-3 pl-1 text-[13px]"
              >
                {avatar && (
                  <img
                    src={avatar.previewPath}
                    alt=""
                    className="size-10 rounded-lg bg-sunken object-cover object-top"
                  />
                )}
                {t.cast.member(index + 1, avatar?.title[language] ?? member.avatar)}
              </li>
            );
          })}
        </ul>
        {cast.length > 1 ? (
          <>
            <p className="text-[13px] text-ink-2">{t.cast.who}</p>
            <WhoBar viewing={viewing} />
          </>
        ) : (
          <p className="text-[13px] text-ink-2">{t.shell.nobodyElse}</p>
        )}
      </div>
      <NetworkCard viewing={viewing} />
    </div>
  );
}
