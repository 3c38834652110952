'use client';
import { useEffect, useState } from 'react';
import { MODEL_PURPOSES } from '../../../server/protocol/index.ts';
import { Models } from '../../lib/models.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Problem } from '../problem.tsx';
import { Page } from '../shell/page.tsx';
import { Card } from '../ui/card.tsx';
import { ModelRow } from './model-row.tsx';

const LOOK_MS = 1000;

/** The page of everything that can be downloaded: what it is for, how large, on which terms. */
export function ModelsPage() {
  const t = usePageText().models;
  const [models] = useState(() => new Models());
  const list = useStore(models.list);
  const problem = useStore(models.problem);
  useEffect(() => {
    void models.look();
    const timer = setInterval(() => void models.look(), LOOK_MS);
    return () => clearInterval(timer);
  }, [models]);
  return (
    <Page name="models" about={t.about}>
      {problem && <Problem problem={problem} onDismiss={() => models.problem.set(null)} />}
      {MODEL_PURPOSES.map((purpose) => {
        const those = list?.filter((model) => model.purpose === purpose) ?? [];
        if (those.length === 0) return null;
        return (
          <Card key={purpose} title={t.purposes[purpose]}>
            <ul className="divide-y divide-line">
              {those.map((model) => (
                <ModelRow key={model.name} model={model} models={models} />
              ))}
            </ul>
          </Card>
        );
      })}
      {list === null && (
        <p role="status" className="text-ink-2">
          {t.loading}
        </p>
      )}
    </Page>
  );
}
