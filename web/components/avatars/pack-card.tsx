'use client';
import { FileArchive } from 'lucide-react';
import { useState } from 'react';
import type { AvatarSummary } from '../../../server/protocol/index.ts';
import type { Avatars } from '../../lib/avatars.ts';
import { usePreferences } from '../../lib/preferences.tsx';
import { Card } from '../ui/card.tsx';
import { FileDrop, Working } from './file-drop.tsx';

/** An avatar pack as a zip. */
export function PackCard({ avatars }: { readonly avatars: Avatars }) {
  const { t, language } = usePreferences();
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<AvatarSummary | null>(null);
  const take = async (file: File) => {
    setBusy(true);
    setMade(await avatars.add('import', file));
    setBusy(false);
  };
  return (
    <Card title={t.avatars.pack.title}>
      <p className="mb-3 text-[13px] text-ink-2">{t.avatars.pack.about}</p>
      {busy ? (
        <Working label={t.avatars.pack.importing} />
      ) : (
        <FileDrop
          label={t.avatars.pack.choose}
          hint={t.avatars.photo.drop}
          accept=".zip"
          icon={<FileArchive aria-hidden className="size-4" />}
          onFile={(file) => void take(file)}
        />
      )}
      {made && (
        <p role="status" className="mt-2 text-[13px]">
          {t.avatars.pack.done(made.title[language])}
        </p>
      )}
    </Card>
  );
}
