'use client';
import { FileArchive } from 'lucide-react';
import { useState } from 'react';
import type { AvatarSummary } from '../../../server/protocol/index.ts';
import type { Avatars } from '../../lib/avatars.ts';
import { usePagePreferences } from '../../lib/preferences.tsx';
import { useDropped } from '../../lib/use-dropped.ts';
import { Card } from '../ui/card.tsx';
import { Drop } from '../ui/drop.tsx';
import { TransferList } from '../ui/progress.tsx';

/** An avatar pack as a zip. */
export function PackCard({ avatars }: { readonly avatars: Avatars }) {
  const { t, language } = usePagePreferences();
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<AvatarSummary | null>(null);
  const take = async (file: File) => {
    setBusy(true);
    setMade(await avatars.add('import', file, file.name));
    setBusy(false);
  };
  useDropped('pack', ([file]) => file && void take(file));
  return (
    <Card title={t.avatars.pack.title}>
      <p className="mb-3 text-[13px] text-ink-2">{t.avatars.pack.about}</p>
      {busy ? (
        <TransferList transfers={avatars.transfers} />
      ) : (
        <Drop
          label={t.avatars.pack.choose}
          hint={t.avatars.photo.drop}
          accept=".zip"
          icon={<FileArchive aria-hidden className="size-4" />}
          onFiles={([file]) => file && void take(file)}
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
