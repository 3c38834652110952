'use client';
import { useEffect, useId, useState } from 'react';
import type { AvatarSummary, JobEstimate } from '../../../server/protocol/index.ts';
import { api } from '../../lib/api.ts';
import { clock, megabytes } from '../../lib/format.ts';
import type { Jobs } from '../../lib/jobs.ts';
import { usePagePreferences, usePageText } from '../../lib/preferences.tsx';
import { ordersOf, type Order } from '../../lib/studio-orders.ts';
import type { SoundSource } from '../../lib/studio-script-editor.ts';
import { writeScript } from '../../lib/studio-script.ts';
import { Button } from '../ui/button.tsx';
import { Check } from '../ui/check.tsx';
import { Card } from '../ui/card.tsx';
import { Notice } from '../ui/notice.tsx';
import { LookFields, type Look } from './look-fields.tsx';
import { MusicField, type Beneath } from './music-field.tsx';
import { SceneChoice, type ChosenScenes } from './scene-choice.tsx';
import { ScriptCard } from './script-card.tsx';
import { SoundDrop } from './sound-drop.tsx';
import { TakePicker } from './take-picker.tsx';

const MEBIBYTE = 2 ** 20;

/** What to render: sounds and takes, for which avatars, and how it shall look. */
export function OrderForm({ jobs }: { readonly jobs: Jobs }) {
  const t = usePageText().studio;
  const [sounds, setSounds] = useState<readonly SoundSource[]>([]);
  const [takes, setTakes] = useState<readonly string[]>([]);
  const [avatars, setAvatars] = useState<readonly string[]>(['mira']);
  const [look, setLook] = useState<Look>({ width: 1280, height: 720, fps: 25, format: 'mp4' });
  const [takeScript, setTakeScript] = useState('');
  const [scenes, setScenes] = useState<ChosenScenes>([null]);
  const [beneath, setBeneath] = useState<Beneath>({ sound: null, dance: false });
  const { sound: music, dance } = beneath;
  const common = { ...look, avatars, scenes, ...(music && { music: music.id, dance }) };
  const order: Order = { ...common, takes, sounds: sounds.map(({ id }) => id) };
  const isEmpty = avatars.length === 0 || scenes.length === 0 || sounds.length + takes.length === 0;
  const estimate = useEstimate(jobs, isEmpty ? null : order);
  const generate = async () => {
    const scripted = sounds.map(({ id, editor }) => ({ id, script: scriptOf(editor) }));
    const asked = { names: takes, script: takeScript.trim() };
    for (const each of ordersOf(common, scripted, asked)) {
      if (!(await jobs.add(each))) return;
    }
    // What somebody has set marks on is wanted for another try.
    setSounds((before) => before.filter(({ editor }) => scriptOf(editor) !== ''));
    setTakes([]);
  };
  return (
    <>
      <SoundDrop jobs={jobs} sounds={sounds} onChange={setSounds} />
      <ScriptCard sounds={sounds} />
      <TakePicker jobs={jobs} chosen={takes} onChange={setTakes} />
      <Card title={t.look}>
        <AvatarChoice chosen={avatars} onChange={setAvatars} />
        <SceneChoice chosen={scenes} onChange={setScenes} />
        <LookFields look={look} hasScene={scenes.some((id) => id !== null)} onChange={setLook} />
        <MusicField jobs={jobs} value={beneath} onChange={setBeneath} />
        {takes.length > 0 && <TakeScript value={takeScript} onChange={setTakeScript} />}
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

function scriptOf(editor: SoundSource['editor']): string {
  return writeScript(editor.view.get().script);
}

/** Takes have no waveform here; their script is pasted. */
function TakeScript({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (text: string) => void;
}) {
  const t = usePageText().script;
  const id = useId();
  return (
    <div className="mt-3">
      <label htmlFor={id} className="mb-1 block text-xs text-ink-2">
        {t.forTakes}
      </label>
      <textarea
        id={id}
        rows={2}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className="w-full rounded-lg border border-line-strong bg-surface px-3 py-2 font-mono text-xs"
      />
    </div>
  );
}

function Estimate({ estimate }: { readonly estimate: JobEstimate }) {
  const t = usePageText().studio;
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
  const { t, language } = usePagePreferences();
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
          <Check
            key={name}
            label={title[language]}
            value={chosen.includes(name)}
            onChange={() => toggle(name)}
          />
        ))}
      </div>
    </fieldset>
  );
}
