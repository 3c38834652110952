'use client';
import { Clapperboard } from 'lucide-react';
import { useRef, useState } from 'react';
import type { AvatarSummary } from '../../../server/protocol/index.ts';
import type { Avatars } from '../../lib/avatars.ts';
import { whole } from '../../lib/format.ts';
import { footageArchive, type FootageOrder } from '../../lib/footage-avatar.ts';
import { asRequestError } from '../../lib/peer-keeper.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { useDropped } from '../../lib/use-dropped.ts';
import { Card } from '../ui/card.tsx';
import { Drop } from '../ui/drop.tsx';
import { Progress, TransferList } from '../ui/progress.tsx';
import { FootageForm, type FootageChoices } from './footage-form.tsx';
import { Made } from './made.tsx';

type Step =
  | { readonly at: 'idle' }
  | { readonly at: 'chosen'; readonly file: File }
  | { readonly at: 'made'; readonly avatar: AvatarSummary };

/** What is done with a chosen film: null while nothing is; the share that was looked at; the rest. */
type Work = { readonly share: number } | 'making' | null;

/** Films of a person become an avatar: one that goes round, gestures, and a network for the lips. */
export function FootageCard({ avatars }: { readonly avatars: Avatars }) {
  const words = usePageText().avatars.footage;
  const [step, setStep] = useState<Step>({ at: 'idle' });
  const [work, setWork] = useState<Work>(null);
  const stop = useRef(new AbortController());
  const make = async (choices: FootageChoices) => {
    stop.current = new AbortController();
    const { signal } = stop.current;
    avatars.problem.set(null);
    setWork({ share: 0 });
    try {
      const onProgress: FootageOrder['onProgress'] = (share) => setWork({ share });
      const archive = await footageArchive({ ...choices, signal, onProgress });
      setWork('making');
      const avatar = await avatars.add('clip', archive, step.at === 'chosen' ? step.file.name : '');
      if (avatar) setStep({ at: 'made', avatar });
    } catch (error) {
      if (!signal.aborted) avatars.problem.set(asRequestError(error));
    } finally {
      setWork(null);
    }
  };
  useDropped('footage', ([file]) => file && setStep({ at: 'chosen', file }));
  return (
    <Card title={words.title}>
      {step.at === 'idle' && <Start onFile={(file) => setStep({ at: 'chosen', file })} />}
      {step.at === 'chosen' && (
        // Hidden and not gone while it works: a refusal brings back what was typed.
        <div hidden={work !== null}>
          <FootageForm
            file={step.file}
            onMake={(choices) => void make(choices)}
            onAgain={() => setStep({ at: 'idle' })}
          />
        </div>
      )}
      {work === 'making' && <TransferList transfers={avatars.transfers} />}
      {work !== null && work !== 'making' && (
        <Progress
          label={words.looking(whole(work.share * 100))}
          share={work.share}
          onCancel={() => stop.current.abort()}
        />
      )}
      {step.at === 'made' && (
        <Made avatar={step.avatar} again={words.again} onAgain={() => setStep({ at: 'idle' })} />
      )}
    </Card>
  );
}

function Start({ onFile }: { readonly onFile: (file: File) => void }) {
  const t = usePageText().avatars;
  return (
    <div className="space-y-3">
      <p className="text-[13px] text-ink-2">{t.footage.about}</p>
      <Drop
        label={t.footage.choose}
        hint={t.photo.drop}
        accept="video/*"
        icon={<Clapperboard aria-hidden className="size-4" />}
        onFiles={([file]) => file && onFile(file)}
      />
      <p className="text-xs text-ink-2">{t.footage.consent}</p>
    </div>
  );
}
