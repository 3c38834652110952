'use client';
import clsx from 'clsx';
import { Download, Pause, Play } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { LogLevel, LogLine } from '../../../server/protocol/index.ts';
import { saveText } from '../../lib/download.ts';
import { asText, filtered, Logs, SHOWN_LEVELS, type ShownLevel } from '../../lib/logs.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Problem } from '../problem.tsx';
import { Page } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Segments } from '../ui/segments.tsx';

/** The page of what the server says about itself, as it says it. */
export function LogsPage() {
  const t = usePageText().logs;
  const [logs] = useState(() => new Logs());
  const [level, setLevel] = useState<ShownLevel>('info');
  const [query, setQuery] = useState('');
  const [held, setHeld] = useState<readonly LogLine[] | null>(null);
  const live = useStore(logs.lines);
  const lost = useStore(logs.lost);
  const problem = useStore(logs.problem);
  useEffect(() => {
    logs.open();
    return () => logs.close();
  }, [logs]);
  const shown = useMemo(() => filtered(held ?? live, level, query), [held, live, level, query]);
  const Icon = held ? Play : Pause;
  return (
    <Page
      name="logs"
      about={t.about}
      action={
        <div className="flex gap-2">
          <Button onClick={() => setHeld(held ? null : live)}>
            <Icon aria-hidden className="size-4" />
            {held ? t.goOn : t.hold}
          </Button>
          <Button onClick={() => saveText(asText(shown), 'posecast.log')}>
            <Download aria-hidden className="size-4" />
            {t.download}
          </Button>
        </div>
      }
    >
      {problem && <Problem problem={problem} />}
      <div className="flex flex-wrap items-end gap-3">
        <Segments
          label={t.level}
          values={SHOWN_LEVELS}
          titles={t.levels}
          chosen={level}
          onChoose={setLevel}
        />
        <Field label={t.search} value={query} onChange={setQuery} />
        <p role="status" className="pb-2 text-xs text-ink-2 tabular-nums">
          {t.count(shown.length, lost)}
        </p>
      </div>
      <Lines lines={shown} follow={held === null} />
    </Page>
  );
}

const COLOURS: Readonly<Record<LogLevel, string>> = {
  trace: 'text-ink-3',
  debug: 'text-ink-3',
  info: 'text-ink-2',
  warn: 'text-fair',
  error: 'text-poor',
  fatal: 'text-poor',
};

/** The newest line is last and stays in sight. */
function Lines({
  lines,
  follow,
}: {
  readonly lines: readonly LogLine[];
  readonly follow: boolean;
}) {
  const t = usePageText().logs;
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const element = list.current;
    if (element && follow) element.scrollTop = element.scrollHeight;
  }, [lines, follow]);
  if (lines.length === 0) return <p className="text-ink-2">{t.none}</p>;
  return (
    <ol
      ref={list}
      aria-label={t.list}
      tabIndex={0}
      className="h-[calc(100dvh-230px)] min-h-64 overflow-y-auto rounded-card border border-line bg-surface p-2 font-mono text-xs leading-5 shadow-card"
    >
      {lines.map((line) => (
        <li
          key={line.id}
          className="flex gap-x-3 rounded px-1.5 [contain-intrinsic-size:auto_20px] [content-visibility:auto] hover:bg-sunken max-sm:flex-wrap"
        >
          <time dateTime={line.time} className="shrink-0 text-ink-3">
            {new Date(line.time).toLocaleTimeString()}
          </time>
          <span className={clsx('w-11 shrink-0 uppercase', COLOURS[line.level])}>{line.level}</span>
          <span className="min-w-0 break-words">
            {line.message} <span className="text-ink-2">{line.fields}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
