'use client';
import { useEffect, useId, useRef, useState } from 'react';
import type { TemplateId } from '../../../server/protocol/index.ts';
import { usePagePreferences, usePageText } from '../../lib/preferences.tsx';
import { TAP_KEY } from '../../lib/use-studio-keys.ts';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';

/** The beat, heard in the music or tapped, and dancing to it: step after step, or one of them. */
export function DanceCard() {
  const words = usePageText().dance;
  const { motion } = useStudio();
  const { bpm, source, dancing } = useStore(motion.tempo);
  return (
    <Card title={words.title} aside={<Tempo />}>
      <div className="grid gap-2.5">
        <div className="flex flex-wrap items-center gap-2">
          <Button
            size="small"
            look={dancing === 'off' ? 'primary' : 'plain'}
            aria-pressed={dancing !== 'off'}
            onClick={() => void motion.dance(dancing === 'off')}
          >
            {dancing === 'off' ? words.dance : words.stop}
          </Button>
          <Button size="small" aria-keyshortcuts={TAP_KEY} onClick={() => void motion.tap()}>
            {words.tap}
          </Button>
          {source === 'tap' && (
            <Button size="small" look="quiet" onClick={() => void motion.untap()}>
              {words.untap}
            </Button>
          )}
        </div>
        <OneStep />
        <p role="status" className="text-[13px] text-ink-2 tabular-nums">
          {dancing !== 'off' && words.dancing[dancing]}
          {source === null ? words.tapHint(TAP_KEY) : words.tempo[source](String(bpm))}
        </p>
      </div>
    </Card>
  );
}

/** Beats a minute, and a dot that lights up on each. */
function Tempo() {
  const words = usePageText().dance;
  const { motion } = useStudio();
  const { bpm, source } = useStore(motion.tempo);
  const dot = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (source === null) return undefined;
    let frame = 0;
    const draw = () => {
      const passed = motion.beat ?? 1;
      if (dot.current) dot.current.style.opacity = String(0.2 + 0.8 * (1 - passed) ** 2);
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, [motion, source]);
  if (source === null) return null;
  return (
    <p className="flex items-center gap-2 text-[13px] font-semibold tabular-nums">
      <span ref={dot} aria-hidden data-testid="beat" className="size-3 rounded-full bg-accent" />
      <span data-testid="bpm">{words.bpm(String(bpm))}</span>
    </p>
  );
}

function OneStep() {
  const { t, language } = usePagePreferences();
  const words = t.dance;
  const { motion, templates } = useStudio();
  const id = useId();
  const steps = (useStore(templates.list) ?? []).filter(({ beats }) => beats !== undefined);
  const [wanted, setWanted] = useState<TemplateId | null>(null);
  const step = steps.find((each) => each.id === wanted) ?? steps[0];
  if (!step) return <p className="text-[13px] text-ink-2">{words.none}</p>;
  return (
    <div className="flex items-center gap-2">
      <label htmlFor={id} className="sr-only">
        {words.step}
      </label>
      <select
        id={id}
        value={step.id}
        onChange={(event) => setWanted(event.target.value as TemplateId)}
        className="h-8 min-w-0 flex-1 rounded-lg border border-line-strong bg-surface px-2 text-[13px]"
      >
        {steps.map((each) => (
          <option key={each.id} value={each.id}>
            {each.title[language] || each.title.en}
          </option>
        ))}
      </select>
      <Button size="small" onClick={() => void motion.play([{ template: step.id }])}>
        {words.start}
      </Button>
    </div>
  );
}
