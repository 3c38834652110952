'use client';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { AvatarSummary } from '../../../server/protocol/index.ts';
import type { Avatars } from '../../lib/avatars.ts';
import { usePagePreferences } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { MovingAvatar } from '../moving-avatar.tsx';
import { ConfirmButton } from '../ui/confirm-button.tsx';

/** Everybody with a picture, what they are and on which terms; own ones can be deleted. */
export function AvatarGallery({ avatars }: { readonly avatars: Avatars }) {
  const list = useStore(avatars.list);
  return (
    <>
      <ul className="grid content-start items-start grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-3">
        {list === null
          ? [0, 1, 2].map((i) => (
              <li key={i} className="h-64 animate-pulse rounded-card bg-sunken" />
            ))
          : list.map((avatar) => (
              <GalleryCard
                key={avatar.name}
                avatar={avatar}
                onRemove={() => void avatars.remove(avatar.name)}
              />
            ))}
      </ul>
    </>
  );
}

function GalleryCard({
  avatar,
  onRemove,
}: {
  readonly avatar: AvatarSummary;
  readonly onRemove: () => void;
}) {
  const { t, language } = usePagePreferences();
  const [looked, setLooked] = useState(false);
  const title = avatar.title[language];
  return (
    <li
      data-avatar={avatar.name}
      onPointerEnter={() => setLooked(true)}
      onPointerLeave={() => setLooked(false)}
      className="flex flex-col overflow-hidden rounded-card border border-line bg-surface shadow-card"
    >
      <MovingAvatar
        avatar={avatar}
        alt=""
        waving={looked}
        className="aspect-square w-full bg-sunken"
      />
      <div className="flex flex-1 flex-col gap-1 p-3">
        <div className="flex items-start justify-between gap-2">
          <h2 className="min-w-0 truncate font-semibold">{title}</h2>
          <span className="shrink-0 rounded-full bg-sunken px-2 py-0.5 text-xs text-ink-2">
            {t.avatars.kinds[avatar.body] ?? avatar.body}
          </span>
        </div>
        <p className="flex-1 text-[13px] text-ink-2">{avatar.description[language]}</p>
        <p className="text-xs text-ink-2">{t.avatars.licence(avatar.licence)}</p>
        {!avatar.commercial && (
          <p className="text-xs font-medium text-fair">{t.avatars.nonCommercial}</p>
        )}
        <div className="flex min-h-8 items-center justify-between text-xs text-ink-3">
          {avatar.own ? t.avatars.own : t.avatars.builtIn}
          {avatar.own && (
            <ConfirmButton
              label={t.avatars.remove(title)}
              name={title}
              text={t.avatars.removeText}
              onConfirm={onRemove}
            >
              <Trash2 aria-hidden className="size-4" />
            </ConfirmButton>
          )}
        </div>
      </div>
    </li>
  );
}
