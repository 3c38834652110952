'use client';
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
import { PreferencesProvider, useText } from '../../lib/preferences.tsx';
import { RequestError } from '../../lib/request-error.ts';
import { Client } from '../../lib/socket.ts';
import { recall } from '../../lib/storage.ts';
import type { Target } from '../../lib/play-targets.ts';
import { newTemplate } from '../../lib/template-files.ts';
import { Templates } from '../../lib/templates.ts';
import { useStore } from '../../lib/use-store.ts';
import { TemplatesProvider } from '../../lib/use-templates.tsx';
import { PreferenceButtons } from '../header.tsx';
import { Logo } from '../logo.tsx';
import { Problem } from '../problem.tsx';
import { EditorScreen } from './editor-screen.tsx';
import { LibraryScreen } from './library-screen.tsx';

const LIST_INTERVAL_MS = 4000;

/** The page of all gestures: the library, and the editor over it. */
export function Motions() {
  const [parts] = useState(() => ({
    client: new Client(() => recall('token')),
    templates: new Templates(),
  }));
  useEffect(() => {
    parts.client.open();
    void parts.templates.refresh();
    return () => parts.client.close();
  }, [parts]);
  return (
    <PreferencesProvider>
      <TemplatesProvider value={parts.templates}>
        <Top />
        <main className="mx-auto max-w-[1400px] space-y-3 p-4">
          <Content {...parts} />
        </main>
      </TemplatesProvider>
    </PreferencesProvider>
  );
}

function Top() {
  return (
    <header className="border-b border-line bg-surface">
      <div className="mx-auto flex h-14 max-w-[1400px] items-center justify-between px-4">
        <a href="/" className="rounded-lg">
          <Logo />
        </a>
        <div className="flex gap-1">
          <PreferenceButtons />
        </div>
      </div>
    </header>
  );
}

type Open = { readonly template: Template; readonly savedAs: TemplateId | null };

function Content({
  client,
  templates,
}: {
  readonly client: Client;
  readonly templates: Templates;
}) {
  const t = useText().motion.library;
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
    <>
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
          onNew={() => setOpen({ template: newTemplate(t.newTitle), savedAs: null })}
          onOpen={async ({ id, builtIn }) => {
            const template = await templates.whole(id);
            setOpen({ template, savedAs: builtIn ? null : id });
          }}
          onCaptured={(template) => setOpen({ template, savedAs: null })}
        />
      )}
    </>
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
