'use client';
import { useEffect, useState } from 'react';
import { Avatars } from '../../lib/avatars.ts';
import { PreferencesProvider, useText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { PreferenceButtons } from '../header.tsx';
import { Logo } from '../logo.tsx';
import { Problem } from '../problem.tsx';
import { AvatarGallery } from './avatar-gallery.tsx';
import { FootageCard } from './footage-card.tsx';
import { MissingModels } from './missing-models.tsx';
import { PackCard } from './pack-card.tsx';
import { PhotoCard } from './photo-card.tsx';

/** The page of all avatars: who there is, and making or bringing in more. */
export function AvatarsPage() {
  const [avatars] = useState(() => new Avatars());
  useEffect(() => void avatars.refresh(), [avatars]);
  return (
    <PreferencesProvider>
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex h-14 max-w-[1400px] items-center justify-between px-4">
          <a href="/" className="rounded-lg">
            <Logo />
          </a>
          <div className="flex gap-1">
            <PreferenceButtons />
          </div>
        </div>
      </header>
      <Content avatars={avatars} />
    </PreferencesProvider>
  );
}

function Content({ avatars }: { readonly avatars: Avatars }) {
  const t = useText().avatars;
  const problem = useStore(avatars.problem);
  return (
    <main className="mx-auto grid max-w-[1400px] gap-4 p-4 lg:grid-cols-[1fr_26rem]">
      <div className="min-w-0 space-y-4">
        <div>
          <h1 className="text-xl font-semibold">{t.title}</h1>
          <p className="text-[13px] text-ink-2">{t.about}</p>
        </div>
        {problem && <Problem problem={problem} onDismiss={() => avatars.problem.set(null)} />}
        <AvatarGallery avatars={avatars} />
      </div>
      <div className="space-y-4">
        <MissingModels purposes={['face', 'body']} />
        <PhotoCard avatars={avatars} />
        <FootageCard avatars={avatars} />
        <PackCard avatars={avatars} />
      </div>
    </main>
  );
}
