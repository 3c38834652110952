'use client';
import { useEffect, useMemo } from 'react';
import { Captions } from '../../lib/captions.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import type { Viewing } from '../../lib/viewing.ts';
import { Problem } from '../problem.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';

/** What the recogniser heard last; where none is installed, how to get one. */
export function CaptionsCard({ viewing }: { readonly viewing: Viewing }) {
  const words = usePageText().captions;
  const { client } = useStudio();
  const captions = useMemo(() => new Captions(client, viewing.sessionId), [client, viewing]);
  useEffect(() => {
    captions.open();
    return () => captions.close();
  }, [captions]);
  const state = useStore(captions.state);
  const problem = useStore(captions.problem);
  const absent = state?.state === 'no-package' || state?.state === 'no-model';
  return (
    <Card title={words.title} aside={<Switch captions={captions} absent={absent} />}>
      {problem && <Problem problem={problem} onDismiss={() => captions.problem.set(null)} />}
      {state?.on ? <LastCaption captions={captions} /> : null}
      {state && (!state.on || state.state !== 'ready') && (
        <p role="status" className="text-[13px] text-ink-2">
          {words.states[state.state]}
        </p>
      )}
      {state?.reason && <p className="mt-1 text-xs break-words text-ink-2">{state.reason}</p>}
    </Card>
  );
}

function Switch({ captions, absent }: { readonly captions: Captions; readonly absent: boolean }) {
  const words = usePageText().captions;
  const on = useStore(captions.state)?.on ?? false;
  return (
    <Button
      size="small"
      aria-pressed={on}
      disabled={absent && !on}
      onClick={() => void captions.switch(!on)}
    >
      {on ? words.switchOff : words.switchOn}
    </Button>
  );
}

function LastCaption({ captions }: { readonly captions: Captions }) {
  const words = usePageText().captions;
  const last = useStore(captions.last);
  const ready = useStore(captions.state)?.state === 'ready';
  return (
    <p aria-live="polite" aria-label={words.last} className="text-sm break-words">
      {last?.text ?? (ready && <span className="text-[13px] text-ink-2">{words.none}</span>)}
    </p>
  );
}
