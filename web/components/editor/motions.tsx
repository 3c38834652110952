'use client';
import { Plus } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useEffect, useState } from 'react';
import type {
  ErrorCode,
  MotionBatchPlayed,
  SessionSnapshot,
  Template,
  TemplateId,
} from '../../../server/protocol/index.ts';
import { api } from '../../lib/api.ts';
import { asRequestError } from '../../lib/peer-keeper.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { RequestError } from '../../lib/request-error.ts';
import type { Client } from '../../lib/socket.ts';
import type { Target } from '../../lib/play-targets.ts';
import { newTemplate } from '../../lib/template-files.ts';
import type { Templates } from '../../lib/templates.ts';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { Problem } from '../problem.tsx';
import { Page } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { LibraryScreen } from './library-screen.tsx';

/** The editor is only needed once a gesture is opened. */
const EditorScreen = dynamic(() => import('./editor-screen.tsx').then((m) => m.EditorScreen), {
  loading: () => null,
});

const LIST_INTERVAL_MS = 4000;

/** The page of all gestures: the library, and the editor over it. */
export function Motions() {
  const { client, templates } = useStudio();
  useEffect(() => void templates.refresh(), [templates]);
  return <Content client={client} templates={templates} />;
}

type Open = { readonly template: Template; readonly savedAs: TemplateId | null };

function Content({
  client,
  templates,
}: {
  readonly client: Client;
  readonly templates: Templates;
}) {
  const t = usePageText().gestures;
  const [open, setOpen] = useState<Open | null>(null);
  const problem = useStore(templates.problem);
  const sessions = useSessions(client);
  const play = async (ids: readonly TemplateId[], targets: readonly Target[]) => {
    try {
      const script = { moments: ids.map((template) => [{ template }]) };
      for (const sessionId of new Set(targets.map(({ session }) => session))) {
        await client.request('motion:tier', { sessionId, tier: 'full' });
      }
      const played = await api<MotionBatchPlayed>('POST', '/motion', { script, targets });
      const failed = played.find((each) => 'error' in each);
      if (failed) throw new RequestError(failed.error.code as ErrorCode, failed.error.message);
    } catch (error) {
      templates.problem.set(asRequestError(error));
    }
  };
  return (
    <Page
      name="motions"
      about={t.about}
      action={
        !open && (
          <Button
            look="primary"
            onClick={() => setOpen({ template: newTemplate(t.newTitle), savedAs: null })}
          >
            <Plus aria-hidden className="size-5" />
            {t.create}
          </Button>
        )
      }
    >
      {problem && <Problem problem={problem} onDismiss={() => templates.problem.set(null)} />}
      {open ? (
        <EditorScreen
          key={open.template.id}
          {...open}
          session={sessions[0] ?? null}
          onPlay={(id) =>
            void play(
              [id],
              sessions.slice(0, 1).map(({ id: session }) => ({ session })),
            )
          }
          onClose={() => setOpen(null)}
        />
      ) : (
        <LibraryScreen
          sessions={sessions}
          onPlay={(ids, targets) => void play(ids, targets)}
          onOpen={async ({ id, builtIn }) => {
            const template = await templates.whole(id);
            setOpen({ template, savedAs: builtIn ? null : id });
          }}
          onCaptured={(template) => setOpen({ template, savedAs: null })}
        />
      )}
    </Page>
  );
}

/** Sessions that are live now, the newest first. */
function useSessions(client: Client): readonly SessionSnapshot[] {
  const connection = useStore(client.connection);
  const [sessions, setSessions] = useState<readonly SessionSnapshot[]>([]);
  useEffect(() => {
    if (connection !== 'online') return;
    const ask = async () => {
      // Who may not command sees no sessions; the library still works.
      const list = await client.request('session:list', {}).catch(() => []);
      const live = list.filter(({ state }) => state === 'live' || state === 'degraded');
      setSessions(live.sort((a, b) => b.createdAt.localeCompare(a.createdAt)));
    };
    void ask();
    const timer = setInterval(() => void ask(), LIST_INTERVAL_MS);
    return () => clearInterval(timer);
  }, [client, connection]);
  return sessions;
}
