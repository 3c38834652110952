'use client';
import { useState } from 'react';
import type { DiffusionLook, SessionStats } from '../../server/protocol/index.ts';
import { useText } from '../lib/preferences.tsx';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import type { Viewing } from '../lib/viewing.ts';
import { PoseBeside } from './pose-beside.tsx';
import { Button } from './ui/button.tsx';
import { Check } from './ui/check.tsx';
import { Card } from './ui/card.tsx';
import { Field, NumberField, Range } from './ui/field.tsx';

type Health = NonNullable<SessionStats['body']>;

/** How the avatar's networks fare, and for one that is drawn from a prompt what it is told. */
export function NetworkCard({ viewing }: { readonly viewing: Viewing }) {
  const t = useText().network;
  const studio = useStudio();
  const body = useStore(viewing.stats)?.body;
  const snapshot = useStore(viewing.snapshot);
  const { avatars } = useStore(studio.catalog);
  const [beside, setBeside] = useState(false);
  if (!body) return null;
  const style = avatars?.find(({ name }) => name === snapshot?.avatar)?.style;
  return (
    <Card title={t.title} aside={<span className="text-[13px]">{t.devices[body.device]}</span>}>
      <Timings body={body} />
      <Check label={t.poseBeside} value={beside} className="mt-3" onChange={setBeside} />
      {beside && <PoseBeside viewing={viewing} />}
      {body.styled && style && snapshot && (
        <StyleForm
          style={{
            prompt: snapshot.style.prompt ?? style.prompt,
            strength: snapshot.style.strength ?? style.strength,
            conditioningScale: snapshot.style.conditioningScale ?? style.conditioningScale,
            seed: snapshot.style.seed ?? style.seed,
          }}
          promptChanges={style.promptChanges}
          key={snapshot.id}
        />
      )}
    </Card>
  );
}

function Timings({ body }: { readonly body: Health }) {
  const t = useText().network;
  const names: Readonly<Record<string, string>> = t.stage;
  return (
    <div className="text-[13px]">
      <dl aria-label={t.stages} className="grid grid-cols-3 gap-2">
        {Object.entries(body.stages).map(([stage, { p50, p95 }]) => (
          <div key={stage}>
            <dt className="text-xs text-ink-2">{names[stage] ?? stage}</dt>
            <dd className="tabular-nums">
              {p50.toFixed(1)} <span className="text-ink-2">/ {p95.toFixed(1)} ms</span>
            </dd>
          </div>
        ))}
      </dl>
      {body.broken + body.failed > 0 && (
        <p className="mt-2">{t.trouble(body.broken, body.failed)}</p>
      )}
      {body.skipped > 0 && <p className="mt-2 text-ink-2">{t.skipped(body.skipped)}</p>}
    </div>
  );
}

const LEAST_STRENGTH = 0.1;
const MOST_SCALE = 2;
const MOST_SEED = 2 ** 31 - 1;

function StyleForm({
  style,
  promptChanges,
}: {
  readonly style: DiffusionLook;
  readonly promptChanges: boolean;
}) {
  const t = useText().network;
  const { motion } = useStudio();
  const [draft, setDraft] = useState(style);
  const change = (part: Partial<DiffusionLook>) => setDraft({ ...draft, ...part });
  const send = (part: Partial<DiffusionLook>) => {
    change(part);
    void motion.restyle(part);
  };
  return (
    <form
      className="mt-3 space-y-3 border-t border-line pt-3"
      onSubmit={(event) => {
        event.preventDefault();
        const { prompt, ...rest } = draft;
        void motion.restyle(promptChanges ? { prompt, ...rest } : rest);
      }}
    >
      {promptChanges ? (
        <Field label={t.prompt} value={draft.prompt} onChange={(prompt) => change({ prompt })} />
      ) : (
        <p className="text-[13px] text-ink-2">{t.promptFixed}</p>
      )}
      <Range
        label={t.strength}
        min={LEAST_STRENGTH}
        max={1}
        value={draft.strength}
        onGrab={nothing}
        onDrop={() => send({ strength: draft.strength })}
        onChange={(strength) => change({ strength })}
      />
      <Range
        label={t.scale}
        min={0}
        max={MOST_SCALE}
        value={draft.conditioningScale}
        onGrab={nothing}
        onDrop={() => send({ conditioningScale: draft.conditioningScale })}
        onChange={(conditioningScale) => change({ conditioningScale })}
      />
      <div className="flex items-end gap-3">
        <NumberField
          label={t.seed}
          value={draft.seed}
          least={0}
          most={MOST_SEED}
          onChange={(seed) => change({ seed: Math.round(seed) })}
        />
        <Button onClick={() => send({ seed: draft.seed + 1 })}>{t.another}</Button>
        <Button look="primary" type="submit">
          {t.apply}
        </Button>
      </div>
    </form>
  );
}

function nothing(): void {
  // The slider's value is sent when it is let go.
}
