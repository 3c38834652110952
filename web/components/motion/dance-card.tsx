'use client';
import { useId, useState } from 'react';
import type { TemplateId, TemplateSummary } from '../../../server/protocol/index.ts';
import { usePreferences } from '../../lib/preferences.tsx';
import { TapTempo } from '../../lib/tap-tempo.ts';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';

const MOST_REPEATS = 20;

/** Tap the beat, choose a step: it is played at that tempo. */
export function DanceCard() {
  const { t, language } = usePreferences();
  const words = t.motion.dance;
  const { motion, templates } = useStudio();
  const id = useId();
  const steps = (useStore(templates.list) ?? []).filter(({ beats }) => beats !== undefined);
  const [taps] = useState(() => new TapTempo());
  const [tempo, setTempo] = useState<number | null>(null);
  const [wanted, setWanted] = useState<TemplateId | null>(null);
  const step = steps.find((each) => each.id === wanted) ?? steps[0];
  return (
    <Card title={words.title}>
      {!step ? (
        <p className="text-[13px] text-ink-2">{words.none}</p>
      ) : (
        <div className="flex flex-wrap items-center gap-2">
          <Button size="small" onClick={() => setTempo(taps.tap(performance.now()))}>
            {words.tap}
          </Button>
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
          <Button
            size="small"
            look="primary"
            onClick={() => {
              const speed = speedFor(step, tempo);
              void motion.play([{ template: step.id, speed, repeat: MOST_REPEATS }]);
            }}
          >
            {words.start}
          </Button>
          <p role="status" className="w-full text-[13px] text-ink-2 tabular-nums">
            {tempo === null ? words.tapHint : words.tempo(tempo.toFixed(0))}
          </p>
        </div>
      )}
    </Card>
  );
}

/** How much faster than stored a step's beats have to come. */
function speedFor({ beats = 1, seconds }: TemplateSummary, tempo: number | null): number {
  if (tempo === null) return 1;
  const stored = (60 * beats) / seconds;
  return Math.max(0.25, Math.min(4, tempo / stored));
}
