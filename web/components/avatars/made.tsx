'use client';
import { RotateCcw, Sparkles } from 'lucide-react';
import Link from 'next/link';
import type { AvatarSummary } from '../../../server/protocol/index.ts';
import { castOf } from '../../lib/cast.ts';
import { usePagePreferences } from '../../lib/preferences.tsx';
import { remember } from '../../lib/storage.ts';
import { Button } from '../ui/button.tsx';

/** A new avatar is there: see it, go live with it, or make another one. */
export function Made({
  avatar,
  again,
  onAgain,
}: {
  readonly avatar: AvatarSummary;
  readonly again: string;
  readonly onAgain: () => void;
}) {
  const { t, language } = usePagePreferences();
  return (
    <div className="space-y-3">
      <img src={avatar.previewPath} alt="" className="w-full rounded-xl bg-sunken" />
      <p role="status" className="font-semibold">
        {t.avatars.told.made(avatar.title[language])}
      </p>
      <div className="flex flex-wrap gap-2">
        <Link
          href="/"
          prefetch={false}
          onClick={() => remember('cast', JSON.stringify(castOf(avatar.name)))}
          className="inline-flex h-9 items-center gap-2 rounded-lg bg-accent px-3.5 text-sm font-medium text-accent-ink hover:opacity-90"
        >
          <Sparkles aria-hidden className="size-4" />
          {t.avatars.live}
        </Link>
        <Button onClick={onAgain}>
          <RotateCcw aria-hidden className="size-4" />
          {again}
        </Button>
      </div>
    </div>
  );
}
