'use client';
import { Download, ImageUp, RotateCcw, Sparkles } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { AvatarSummary } from '../../../server/protocol/index.ts';
import type { Avatars } from '../../lib/avatars.ts';
import { Models } from '../../lib/models.ts';
import { asRequestError } from '../../lib/peer-keeper.ts';
import {
  findFace,
  photoArchive,
  type FoundPhoto,
  type PhotoChoices,
} from '../../lib/photo-avatar.ts';
import { usePreferences, useText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { FileDrop, Working } from './file-drop.tsx';
import { PhotoForm } from './photo-form.tsx';

type Step =
  | { readonly at: 'idle' }
  | { readonly at: 'looking' }
  | { readonly at: 'found'; readonly photo: FoundPhoto; readonly fileName: string }
  | { readonly at: 'making' }
  | { readonly at: 'made'; readonly avatar: AvatarSummary };

const PURPOSES = ['face', 'body'] as const;

/** One photo becomes an avatar: choose, see what was found, name it, done. */
export function PhotoCard({ avatars }: { readonly avatars: Avatars }) {
  const { t, language } = usePreferences();
  const words = t.avatars.photo;
  const [step, setStep] = useState<Step>({ at: 'idle' });
  const look = async (file: File) => {
    setStep({ at: 'looking' });
    avatars.problem.set(null);
    try {
      const photo = await findFace(file, new AbortController().signal);
      setStep({ at: 'found', photo, fileName: file.name.replace(/\.\w+$/, '') });
    } catch (error) {
      avatars.problem.set(asRequestError(error));
      setStep({ at: 'idle' });
    }
  };
  const make = async (found: Step & { at: 'found' }, choices: PhotoChoices) => {
    setStep({ at: 'making' });
    const avatar = await avatars.add('photo', await photoArchive(found.photo, choices));
    setStep(avatar ? { at: 'made', avatar } : found);
  };
  return (
    <Card title={words.title}>
      {step.at === 'idle' && <Start onFile={(file) => void look(file)} />}
      {step.at === 'looking' && <Working label={words.looking} />}
      {step.at === 'found' && (
        <PhotoForm
          photo={step.photo}
          suggested={step.fileName}
          onMake={(choices) => void make(step, choices)}
          onAgain={() => setStep({ at: 'idle' })}
        />
      )}
      {step.at === 'making' && <Working label={words.making} />}
      {step.at === 'made' && (
        <div className="space-y-3">
          <img src={step.avatar.previewPath} alt="" className="w-full rounded-xl bg-sunken" />
          <p role="status" className="font-semibold">
            {words.made(step.avatar.title[language])}
          </p>
          <div className="flex flex-wrap gap-2">
            <a
              href="/"
              className="inline-flex h-9 items-center gap-2 rounded-lg bg-accent px-3.5 text-sm font-medium text-accent-ink hover:opacity-90"
            >
              <Sparkles aria-hidden className="size-4" />
              {t.avatars.live}
            </a>
            <Button onClick={() => setStep({ at: 'idle' })}>
              <RotateCcw aria-hidden className="size-4" />
              {words.again}
            </Button>
          </div>
        </div>
      )}
    </Card>
  );
}

function Start({ onFile }: { readonly onFile: (file: File) => void }) {
  const words = useText().avatars.photo;
  return (
    <div className="space-y-3">
      <p className="text-[13px] text-ink-2">{words.about}</p>
      <FileDrop
        label={words.choose}
        hint={words.drop}
        accept="image/png,image/jpeg,image/webp"
        icon={<ImageUp aria-hidden className="size-4" />}
        onFile={onFile}
      />
      <p className="text-xs text-ink-2">{words.consent}</p>
      <MissingModels />
    </div>
  );
}

/** Says what the first photo needs, and fetches it. */
function MissingModels() {
  const words = useText().avatars.photo;
  const [models] = useState(() => new Models());
  const [busy, setBusy] = useState(false);
  const list = useStore(models.list);
  useEffect(() => {
    // Without an answer nothing is said; choosing a photo asks again and says what failed.
    models.refresh().catch(() => undefined);
  }, [models]);
  const missing = PURPOSES.flatMap((purpose) => {
    const all = list?.filter((model) => model.purpose === purpose) ?? [];
    return all.some(({ state }) => state === 'ready') ? [] : all.slice(0, 1);
  });
  if (missing.length === 0) return null;
  const pull = async () => {
    setBusy(true);
    for (const purpose of PURPOSES) {
      await models.ensure(purpose, new AbortController().signal).catch(() => undefined);
    }
    setBusy(false);
  };
  const problem = missing.find((model) => model.problem !== '')?.problem;
  const megabytes = missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) / 1e6;
  return (
    <div className="space-y-2 rounded-xl bg-accent-soft p-3 text-[13px]">
      <p>{words.needs(megabytes.toFixed(0))}</p>
      {problem && <p className="text-poor break-words">{problem}</p>}
      {busy ? (
        <Working label={words.pulling} />
      ) : (
        <Button size="small" onClick={() => void pull()}>
          <Download aria-hidden className="size-4" />
          {words.pull}
        </Button>
      )}
    </div>
  );
}
