'use client';
import clsx from 'clsx';
import { useState } from 'react';
import type { AvatarSummary } from '../../server/protocol/index.ts';
import { usePreferences } from '../lib/preferences.tsx';
import { MovingAvatar } from './moving-avatar.tsx';
import { Notice } from './ui/notice.tsx';

type Props = {
  /** null while the server hasn't answered yet. */
  readonly avatars: readonly AvatarSummary[] | null;
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
};

/** A radio group of cards: arrow keys move, the picture shows who it is. */
export function AvatarPicker({ avatars, chosen, onChoose }: Props) {
  const { t } = usePreferences();
  if (avatars === null) return <Waiting label={t.avatar.loading} />;
  if (avatars.length === 0) {
    return (
      <Notice tone="fair" title={t.avatar.none}>
        {t.avatar.noneText}
      </Notice>
    );
  }
  return (
    <fieldset>
      <legend className="sr-only">{t.avatar.choose}</legend>
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        {avatars.map((avatar) => (
          <AvatarCard
            key={avatar.name}
            avatar={avatar}
            checked={avatar.name === chosen}
            onChoose={() => onChoose(avatar.name)}
          />
        ))}
      </div>
    </fieldset>
  );
}

function AvatarCard({
  avatar,
  checked,
  onChoose,
}: {
  readonly avatar: AvatarSummary;
  readonly checked: boolean;
  readonly onChoose: () => void;
}) {
  const { language } = usePreferences();
  const [looked, setLooked] = useState(false);
  return (
    <label
      title={avatar.description[language]}
      onPointerEnter={() => setLooked(true)}
      onPointerLeave={() => setLooked(false)}
      className={clsx(
        'group relative block cursor-pointer overflow-hidden rounded-xl border transition-colors',
        'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
        checked ? 'border-accent ring-1 ring-accent' : 'border-line hover:border-line-strong',
      )}
    >
      <input
        type="radio"
        name="avatar"
        value={avatar.name}
        checked={checked}
        onChange={onChoose}
        className="absolute inset-0 size-full cursor-pointer opacity-0"
      />
      <MovingAvatar
        avatar={avatar}
        alt=""
        waving={checked || looked}
        className="aspect-[4/3] w-full bg-sunken"
      />
      <span
        className={clsx(
          'block truncate px-3 py-1.5 text-[13px] font-medium',
          checked && 'bg-accent-soft',
        )}
      >
        {avatar.title[language]}
      </span>
    </label>
  );
}

function Waiting({ label }: { readonly label: string }) {
  return (
    <div role="status" className="grid grid-cols-2 gap-3 sm:grid-cols-3">
      <span className="sr-only">{label}</span>
      {[0, 1].map((index) => (
        <div key={index} className="h-36 animate-pulse rounded-xl bg-sunken" />
      ))}
    </div>
  );
}
