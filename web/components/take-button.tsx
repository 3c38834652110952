'use client';
import { CircleDot } from 'lucide-react';
import { useState } from 'react';
import { asRequestError } from '../lib/peer-keeper.ts';
import { useText } from '../lib/preferences.tsx';
import type { RequestError } from '../lib/request-error.ts';
import { useStudio } from '../lib/use-studio.tsx';
import type { Viewing } from '../lib/viewing.ts';
import { Problem } from './problem.tsx';
import { Button } from './ui/button.tsx';

/** Records what comes in, to be rendered later in the studio. */
export function TakeButton({ viewing }: { readonly viewing: Viewing }) {
  const t = useText().shell;
  const { client } = useStudio();
  const [recording, setRecording] = useState(false);
  const [problem, setProblem] = useState<RequestError | null>(null);
  const toggle = async () => {
    const { sessionId } = viewing;
    try {
      if (recording) await client.request('take:stop', { sessionId });
      else await client.request('take:start', { sessionId });
      setRecording(!recording);
    } catch (error) {
      const failure = asRequestError(error);
      // After a reload the recording still runs: the button follows.
      if (failure.code === 'conflict') setRecording(true);
      else setProblem(failure);
    }
  };
  return (
    <>
      <Button className="h-10 max-sm:w-full" aria-pressed={recording} onClick={() => void toggle()}>
        <CircleDot
          aria-hidden
          className={recording ? 'size-4 animate-pulse text-live' : 'size-4'}
        />
        {recording ? t.takeStop : t.takeRecord}
      </Button>
      {problem && <Problem problem={problem} onDismiss={() => setProblem(null)} />}
    </>
  );
}
