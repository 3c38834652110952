'use client';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { AvatarSummary } from '../../../server/protocol/index.ts';
import type { Avatars } from '../../lib/avatars.ts';
import { usePreferences } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { MovingAvatar } from '../moving-avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';

/** Everybody with a picture, what they are and on which terms; own ones can be deleted. */
export function AvatarGallery({ avatars }: { readonly avatars: Avatars }) {
  const list = useStore(avatars.list);
  const [leaving, setLeaving] = useState<AvatarSummary | null>(null);
  return (
    <>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-3">
        {list === null
          ? [0, 1, 2].map((i) => (
              <li key={i} className="h-64 animate-pulse rounded-card bg-sunken" />
            ))
          : list.map((avatar) => (
              <GalleryCard key={avatar.name} avatar={avatar} onRemove={() => setLeaving(avatar)} />
            ))}
      </ul>
      <RemoveDialog avatar={leaving} avatars={avatars} onClose={() => setLeaving(null)} />
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
  const { t, language } = usePreferences();
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
            <Button
              look="quiet"
              size="small"
              aria-label={t.avatars.remove(title)}
              onClick={onRemove}
            >
              <Trash2 aria-hidden className="size-4" />
            </Button>
          )}
        </div>
      </div>
    </li>
  );
}

function RemoveDialog({
  avatar,
  avatars,
  onClose,
}: {
  readonly avatar: AvatarSummary | null;
  readonly avatars: Avatars;
  readonly onClose: () => void;
}) {
  const { t, language } = usePreferences();
  return (
    <Dialog
      open={avatar !== null}
      title={t.avatars.removeTitle(avatar?.title[language] ?? '')}
      onClose={onClose}
    >
      <p className="mt-2 text-sm text-ink-2">{t.avatars.removeText}</p>
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onClose}>{t.avatars.cancel}</Button>
        <Button
          look="live"
          onClick={() => {
            if (avatar) void avatars.remove(avatar.name);
            onClose();
          }}
        >
          {t.avatars.removeYes}
        </Button>
      </div>
    </Dialog>
  );
}
