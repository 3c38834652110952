'use client';
import { useEffect, useState } from 'react';
import type { AvatarSummary, JobEstimate, Sound } from '../../../server/protocol/index.ts';
import { api } from '../../lib/api.ts';
import { clock, megabytes } from '../../lib/format.ts';
import type { Jobs, Order } from '../../lib/jobs.ts';
import { usePreferences, useText } from '../../lib/preferences.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Notice } from '../ui/notice.tsx';
import { LookFields, type Look } from './look-fields.tsx';
import { SoundDrop } from './sound-drop.tsx';
import { TakePicker } from './take-picker.tsx';

const MEBIBYTE = 2 ** 20;

/** What to render: sounds and takes, for which avatars, and how it shall look. */
export function OrderForm({ jobs }: { readonly jobs: Jobs }) {
  const t = useText().studio;
  const [sounds, setSounds] = useState<readonly Sound[]>([]);
  const [takes, setTakes] = useState<readonly string[]>([]);
  const [avatars, setAvatars] = useState<readonly string[]>(['mira']);
  const [look, setLook] = useState<Look>({ width: 1280, height: 720, fps: 25, format: 'mp4' });
  const order: Order = { ...look, avatars, takes, sounds: sounds.map(({ id }) => id) };
  const isEmpty = avatars.length === 0 || sounds.length + takes.length === 0;
  const estimate = useEstimate(jobs, isEmpty ? null : order);
  const generate = async () => {
    await jobs.add(order);
    setSounds([]);
    setTakes([]);
  };
  return (
    <>
      <SoundDrop jobs={jobs} sounds={sounds} onChange={setSounds} />
      <TakePicker jobs={jobs} chosen={takes} onChange={setTakes} />
      <Card title={t.look}>
        <AvatarChoice chosen={avatars} onChange={setAvatars} />
        <LookFields look={look} onChange={setLook} />
        {estimate && <Estimate estimate={estimate} />}
        <Button
          look="live"
          className="mt-4 w-full"
          disabled={isEmpty}
          onClick={() => void generate()}
        >
          {t.generate}
        </Button>
      </Card>
    </>
  );
}

function Estimate({ estimate }: { readonly estimate: JobEstimate }) {
  const t = useText().studio;
  const { jobs, workSeconds, sizeBytes, freeBytes } = estimate;
  const size = megabytes(Math.max(1, sizeBytes / MEBIBYTE));
  return (
    <>
      <p className="mt-3 text-[13px] text-ink-2" data-testid="estimate">
        {t.estimate(jobs, clock(workSeconds), size)}
      </p>
      {sizeBytes > freeBytes && (
        <Notice tone="fair" title={t.tooLarge(megabytes(freeBytes / MEBIBYTE))} />
      )}
    </>
  );
}

function useEstimate(jobs: Jobs, order: Order | null): JobEstimate | undefined {
  const [estimate, setEstimate] = useState<JobEstimate>();
  const asked = order === null ? '' : JSON.stringify(order);
  useEffect(() => {
    let wanted = true;
    const answer = asked === '' ? undefined : jobs.estimate(JSON.parse(asked) as Order);
    void Promise.resolve(answer).then((found) => wanted && setEstimate(found));
    return () => void (wanted = false);
  }, [jobs, asked]);
  return estimate;
}

function AvatarChoice({
  chosen,
  onChange,
}: {
  readonly chosen: readonly string[];
  readonly onChange: (names: readonly string[]) => void;
}) {
  const { t, language } = usePreferences();
  const [avatars, setAvatars] = useState<readonly AvatarSummary[]>([]);
  useEffect(() => {
    // Without the list there is nobody to choose, which shows.
    void api<AvatarSummary[]>('GET', '/avatars').then(setAvatars, () => undefined);
  }, []);
  const toggle = (name: string) =>
    onChange(chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name]);
  return (
    <fieldset className="mb-3">
      <legend className="mb-1 text-xs text-ink-2">{t.studio.avatars}</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-2">
        {avatars.map(({ name, title }) => (
          <label key={name} className="flex items-center gap-2 text-sm">
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              onChange={() => toggle(name)}
              className="size-4 accent-accent"
            />
            {title[language]}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
