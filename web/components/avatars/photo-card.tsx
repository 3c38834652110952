'use client';
import { ImageUp } from 'lucide-react';
import { useRef, useState } from 'react';
import type { AvatarSummary } from '../../../server/protocol/index.ts';
import type { Avatars } from '../../lib/avatars.ts';
import { asRequestError } from '../../lib/peer-keeper.ts';
import {
  findFace,
  photoArchive,
  type FoundPhoto,
  type PhotoChoices,
} from '../../lib/photo-avatar.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { useDropped } from '../../lib/use-dropped.ts';
import { Card } from '../ui/card.tsx';
import { Drop } from '../ui/drop.tsx';
import { Progress, TransferList } from '../ui/progress.tsx';
import { Made } from './made.tsx';
import { PhotoForm } from './photo-form.tsx';

type Step =
  | { readonly at: 'idle' }
  | { readonly at: 'looking' }
  | { readonly at: 'found'; readonly photo: FoundPhoto; readonly fileName: string }
  | { readonly at: 'making' }
  | { readonly at: 'made'; readonly avatar: AvatarSummary };

/** One photo becomes an avatar: choose, see what was found, name it, done. */
export function PhotoCard({ avatars }: { readonly avatars: Avatars }) {
  const words = usePageText().avatars.photo;
  const [step, setStep] = useState<Step>({ at: 'idle' });
  const stop = useRef(new AbortController());
  const look = async (file: File) => {
    setStep({ at: 'looking' });
    avatars.problem.set(null);
    stop.current = new AbortController();
    const { signal } = stop.current;
    try {
      const photo = await findFace(file, signal);
      signal.throwIfAborted();
      setStep({ at: 'found', photo, fileName: file.name.replace(/\.\w+$/, '') });
    } catch (error) {
      if (!signal.aborted) avatars.problem.set(asRequestError(error));
      setStep({ at: 'idle' });
    }
  };
  const make = async (found: Step & { at: 'found' }, choices: PhotoChoices) => {
    setStep({ at: 'making' });
    const avatar = await avatars.add(
      'photo',
      await photoArchive(found.photo, choices),
      choices.title,
    );
    setStep(avatar ? { at: 'made', avatar } : found);
  };
  useDropped('photo', ([file]) => file && void look(file));
  return (
    <Card title={words.title}>
      {step.at === 'idle' && <Start onFile={(file) => void look(file)} />}
      {step.at === 'looking' && (
        <Progress label={words.looking} onCancel={() => stop.current.abort()} />
      )}
      {step.at === 'found' && (
        <PhotoForm
          photo={step.photo}
          suggested={step.fileName}
          onMake={(choices) => void make(step, choices)}
          onAgain={() => setStep({ at: 'idle' })}
        />
      )}
      {step.at === 'making' && <TransferList transfers={avatars.transfers} />}
      {step.at === 'made' && (
        <Made avatar={step.avatar} again={words.again} onAgain={() => setStep({ at: 'idle' })} />
      )}
    </Card>
  );
}

function Start({ onFile }: { readonly onFile: (file: File) => void }) {
  const words = usePageText().avatars.photo;
  return (
    <div className="space-y-3">
      <p className="text-[13px] text-ink-2">{words.about}</p>
      <Drop
        label={words.choose}
        hint={words.drop}
        accept="image/png,image/jpeg,image/webp"
        icon={<ImageUp aria-hidden className="size-4" />}
        onFiles={([file]) => file && onFile(file)}
      />
      <p className="text-xs text-ink-2">{words.consent}</p>
    </div>
  );
}
