'use client';
import { CircleDot } from 'lucide-react';
import { useState } from 'react';
import type { SessionSnapshot } from '../../server/protocol/index.ts';
import { clock } from '../lib/format.ts';
import { asRequestError } from '../lib/peer-keeper.ts';
import { useText } from '../lib/preferences.tsx';
import type { RequestError } from '../lib/request-error.ts';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import type { Viewing } from '../lib/viewing.ts';
import { Problem } from './problem.tsx';
import { Button } from './ui/button.tsx';

/**
 * Records what comes in, to be rendered later in the studio. Whether that goes on is the session's
 * state: every panel shows it, and any of them can end it.
 */
export function TakeButton({ viewing }: { readonly viewing: Viewing }) {
  const t = useText().shell;
  const { client } = useStudio();
  const snapshot = useStore(viewing.snapshot);
  const [asked, setAsked] = useState(false);
  const [problem, setProblem] = useState<RequestError | null>(null);
  const recording = snapshot !== null && snapshot.takeSince !== null;
  const toggle = async () => {
    setAsked(true);
    setProblem(null);
    try {
      const { sessionId } = viewing;
      await client.request(recording ? 'take:stop' : 'take:start', { sessionId });
    } catch (error) {
      const failure = asRequestError(error);
      // Another panel was quicker with the same wish.
      if (failure.code !== (recording ? 'not_found' : 'conflict')) setProblem(failure);
    } finally {
      setAsked(false);
    }
  };
  return (
    <>
      <Button
        className="h-10 max-sm:w-full"
        aria-pressed={recording}
        disabled={asked || snapshot === null}
        onClick={() => void toggle()}
      >
        <CircleDot
          aria-hidden
          className={recording ? 'size-4 animate-pulse text-live' : 'size-4'}
        />
        {recording ? t.takeStop : t.takeRecord}
        {recording && <Length viewing={viewing} snapshot={snapshot} />}
      </Button>
      {problem && <Problem problem={problem} onDismiss={() => setProblem(null)} />}
    </>
  );
}

/** How long it has been recorded, by the server's clock alone. Once a second: drawn apart. */
function Length({
  viewing,
  snapshot: { createdAt, takeSince },
}: {
  readonly viewing: Viewing;
  readonly snapshot: SessionSnapshot;
}) {
  const uptimeSeconds = useStore(viewing.stats)?.uptimeSeconds ?? 0;
  const beganSeconds = (Date.parse(takeSince ?? createdAt) - Date.parse(createdAt)) / 1000;
  return (
    <span aria-hidden className="text-ink-2 tabular-nums">
      {clock(Math.max(0, uptimeSeconds - beganSeconds))}
    </span>
  );
}
