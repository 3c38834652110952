'use client';
import { Download } from 'lucide-react';
import { useEffect, useState } from 'react';

import { Models, type Purpose } from '../../lib/models.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../ui/button.tsx';
import { Progress } from '../ui/progress.tsx';

/** Says what finding a face needs, and fetches it. */
export function MissingModels({ purposes }: { readonly purposes: readonly Purpose[] }) {
  const words = usePageText().avatars.models;
  const [models] = useState(() => new Models());
  const [busy, setBusy] = useState(false);
  const list = useStore(models.list);
  useEffect(() => {
    // Without an answer nothing is said; choosing a file asks again and says what failed.
    models.refresh().catch(() => undefined);
  }, [models]);
  const missing = purposes.flatMap((purpose) => {
    const all = list?.filter((model) => model.purpose === purpose) ?? [];
    return all.some(({ state }) => state === 'ready') ? [] : all.slice(0, 1);
  });
  if (missing.length === 0) return null;
  const pull = async () => {
    setBusy(true);
    for (const purpose of purposes) {
      await models.ensure(purpose, new AbortController().signal).catch(() => undefined);
    }
    setBusy(false);
  };
  const problem = missing.find((model) => model.problem !== '')?.problem;
  const megabytes = missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) / 1e6;
  return (
    <div className="space-y-2 rounded-xl bg-accent-soft p-3 text-[13px]">
      <p>{words.needs(megabytes.toFixed(0))}</p>
      {problem && <p className="text-poor break-words">{problem}</p>}
      {busy ? (
        <Progress label={words.pulling} />
      ) : (
        <Button size="small" onClick={() => void pull()}>
          <Download aria-hidden className="size-4" />
          {words.pull}
        </Button>
      )}
    </div>
  );
}
