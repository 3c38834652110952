'use client';
import { RotateCcw, Sparkles } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { PHOTO_FRAMINGS, PHOTO_GROUNDS } from '../../../server/protocol/avatar.ts';
import type { FoundPhoto, PhotoChoices } from '../../lib/photo-avatar.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { Button } from '../ui/button.tsx';
import { Segments } from '../ui/segments.tsx';
import { ToldFields, useTold, wishesOf } from './avatar-told.tsx';

type Props = {
  readonly photo: FoundPhoto;
  readonly suggested: string;
  readonly onMake: (choices: PhotoChoices) => void;
  readonly onAgain: () => void;
};

/** What was found, and what the avatar is to be called and look like. */
export function PhotoForm({ photo, suggested, onMake, onAgain }: Props) {
  const words = usePageText().avatars.photo;
  const { licenceDefault, make } = usePageText().avatars.told;
  const [told, tell] = useTold(suggested);
  const [framing, setFraming] = useState<PhotoChoices['framing']>('portrait');
  const [background, setBackground] = useState<PhotoChoices['background']>('kept');
  return (
    <form
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        onMake({ ...wishesOf(told, licenceDefault), framing, background });
      }}
    >
      <PhotoPreview photo={photo} />
      <p role="status" className="text-[13px] font-medium">
        {words.found}
      </p>
      {!photo.mask && <p className="text-[13px] text-ink-2">{words.noMask}</p>}
      <ToldFields told={told} licenceLabel={words.licence} onChange={tell} />
      <div>
        <p className="mb-1 text-xs text-ink-2">{words.framing}</p>
        <Segments
          label={words.framing}
          values={PHOTO_FRAMINGS}
          titles={words.framings}
          chosen={framing}
          onChoose={setFraming}
        />
      </div>
      {photo.mask && (
        <div>
          <p className="mb-1 text-xs text-ink-2">{words.background}</p>
          <Segments
            label={words.background}
            values={PHOTO_GROUNDS}
            titles={words.backgrounds}
            chosen={background}
            onChoose={setBackground}
          />
        </div>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" disabled={told.title.trim() === ''}>
          <Sparkles aria-hidden className="size-4" />
          {make}
        </Button>
        <Button onClick={onAgain}>
          <RotateCcw aria-hidden className="size-4" />
          {words.again}
        </Button>
      </div>
    </form>
  );
}

/** The photo with its face points, drawn: the page's policy allows no pictures from memory. */
function PhotoPreview({ photo }: { readonly photo: FoundPhoto }) {
  const words = usePageText().avatars.photo;
  const ref = useRef<HTMLCanvasElement>(null);
  const { width, height } = photo.picture;
  useEffect(() => {
    const context = ref.current?.getContext('2d');
    if (!context) return;
    context.drawImage(photo.picture, 0, 0);
    context.fillStyle = 'rgb(80 255 160 / 0.85)';
    const size = Math.max(1.2, width / 420);
    for (const { x, y } of photo.face) {
      context.fillRect(x * width - size / 2, y * height - size / 2, size, size);
    }
  }, [photo, width, height]);
  return (
    <canvas
      ref={ref}
      width={width}
      height={height}
      role="img"
      aria-label={words.preview}
      className="max-h-80 w-full rounded-xl bg-sunken object-contain"
    />
  );
}
