'use client';
import { Download, ShieldCheck, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import type { ModelStatus } from '../../../server/protocol/index.ts';
import { megabytes } from '../../lib/format.ts';
import type { Models } from '../../lib/models.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { Button } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/confirm-button.tsx';
import { Dot } from '../ui/dot.tsx';

type Props = { readonly model: ModelStatus; readonly models: Models };

/** null: not looked at; '' : as it should be; else what is wrong. */
type Verdict = string | null;

export function ModelRow({ model, models }: Props) {
  const t = usePageText().models;
  const [verdict, setVerdict] = useState<Verdict>(null);
  const [checking, setChecking] = useState(false);
  const { name, state, sizeBytes, receivedBytes, licence, author, commercial, problem } = model;
  const verify = async () => {
    setChecking(true);
    setVerdict(await models.verify(name));
    setChecking(false);
  };
  return (
    <li className="py-3" data-testid={`model-${name}`}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <div className="min-w-52 flex-1">
          <p className="flex items-center gap-2 text-sm font-medium">
            <Dot grade={state === 'ready' ? 'good' : 'unknown'} />
            {name}
          </p>
          <p className="text-xs text-ink-2">
            {[t.states[state], megabytes(sizeBytes / 1e6), author, licence].join(' · ')} ·{' '}
            <span className={commercial ? '' : 'font-medium text-fair'}>
              {commercial ? t.commercial : t.nonCommercial}
            </span>
          </p>
        </div>
        {state === 'missing' && (
          <Button size="small" aria-label={t.pull(name)} onClick={() => void models.pull(name)}>
            <Download aria-hidden className="size-4" />
            {t.pullShort}
          </Button>
        )}
        {state === 'pulling' && (
          <Button size="small" aria-label={t.cancel(name)} onClick={() => void models.cancel(name)}>
            <X aria-hidden className="size-4" />
            {t.cancelShort}
          </Button>
        )}
        {state === 'ready' && (
          <>
            <Button
              size="small"
              aria-label={t.verify(name)}
              disabled={checking}
              onClick={() => void verify()}
            >
              <ShieldCheck aria-hidden className="size-4" />
              {checking ? t.checking : t.verifyShort}
            </Button>
            <ConfirmButton
              label={t.remove(name)}
              name={name}
              text={t.removeText}
              onConfirm={() => void models.remove(name)}
            >
              <Trash2 aria-hidden className="size-4" />
            </ConfirmButton>
          </>
        )}
      </div>
      {state === 'pulling' && (
        <div className="mt-2 flex items-center gap-3">
          <progress
            aria-label={t.progress(name)}
            max={sizeBytes}
            value={receivedBytes}
            className="h-1.5 flex-1"
          />
          <span className="text-xs text-ink-2 tabular-nums">
            {megabytes(receivedBytes / 1e6)} / {megabytes(sizeBytes / 1e6)}
          </span>
        </div>
      )}
      {problem && <p className="mt-1 text-xs break-words text-poor">{problem}</p>}
      {verdict !== null && (
        <p
          role="status"
          className={verdict === '' ? 'mt-1 text-xs text-good' : 'mt-1 text-xs text-poor'}
        >
          {verdict === '' ? t.whole : t.broken(verdict)}
        </p>
      )}
    </li>
  );
}
