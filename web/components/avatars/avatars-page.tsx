'use client';
import { useEffect, useState } from 'react';
import { Avatars } from '../../lib/avatars.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Problem } from '../problem.tsx';
import { Page } from '../shell/page.tsx';
import { AvatarGallery } from './avatar-gallery.tsx';
import { FootageCard } from './footage-card.tsx';
import { MissingModels } from './missing-models.tsx';
import { PackCard } from './pack-card.tsx';
import { PhotoCard } from './photo-card.tsx';

/** The page of all avatars: who there is, and making or bringing in more. */
export function AvatarsPage() {
  const t = usePageText().avatars;
  const [avatars] = useState(() => new Avatars());
  const problem = useStore(avatars.problem);
  useEffect(() => void avatars.refresh(), [avatars]);
  return (
    <Page name="avatars" about={t.about}>
      {problem && <Problem problem={problem} onDismiss={() => avatars.problem.set(null)} />}
      <div className="grid gap-4 lg:grid-cols-[1fr_24rem]">
        <AvatarGallery avatars={avatars} />
        <div className="space-y-4">
          <MissingModels purposes={['face', 'body']} />
          <PhotoCard avatars={avatars} />
          <FootageCard avatars={avatars} />
          <PackCard avatars={avatars} />
        </div>
      </div>
    </Page>
  );
}
