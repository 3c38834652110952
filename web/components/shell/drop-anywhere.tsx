'use client';
import { Upload } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { DESTINATIONS, destinationsOf, type Destination } from '../../lib/dropped.ts';
import { useText } from '../../lib/preferences.tsx';
import { useStudio } from '../../lib/use-studio.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';

type Question = { readonly files: readonly File[]; readonly places: readonly Destination[] };

/**
 * Files dropped where no other place takes them: what can only be one thing goes where that is done,
 * else it is asked. Without this, the browser would leave the page and open the file.
 */
export function DropAnywhere() {
  const t = useText().drop;
  const { dropped, phase } = useStudio();
  const router = useRouter();
  const [over, setOver] = useState(false);
  const [question, setQuestion] = useState<Question | null>(null);
  const send = (to: Destination, files: readonly File[]) => {
    setQuestion(null);
    dropped.waiting.set({ to, files });
    router.push(DESTINATIONS[to]);
  };
  useDrops({
    onOver: setOver,
    onFiles: (files) => {
      const places = destinationsOf(files, phase.get().name === 'live');
      const [only] = places;
      if (places.length === 1 && only) send(only, files);
      else setQuestion({ files, places });
    },
  });
  const names = question?.files.map(({ name }) => name).join(', ') ?? '';
  const none = question?.places.length === 0;
  return (
    <>
      {over && (
        <div
          aria-hidden
          className="pointer-events-none fixed inset-2 z-50 grid place-items-center rounded-2xl border-4 border-dashed border-accent bg-accent-soft/80"
        >
          <p className="flex items-center gap-3 rounded-xl bg-surface px-5 py-3 text-base font-semibold shadow-float">
            <Upload className="size-5" />
            {t.anywhere}
          </p>
        </div>
      )}
      <Dialog
        open={question !== null}
        title={none ? t.unknownTitle : t.question}
        onClose={() => setQuestion(null)}
      >
        <p className="mt-1 text-[13px] break-words text-ink-2">{names}</p>
        {none && <p className="mt-3 text-[13px]">{t.unknown}</p>}
        <div className="mt-4 grid gap-2">
          {question?.places.map((place) => (
            <Button
              key={place}
              className="h-11 justify-start"
              onClick={() => send(place, question.files)}
            >
              {t.places[place]}
            </Button>
          ))}
          <Button look="quiet" onClick={() => setQuestion(null)}>
            {t.close}
          </Button>
        </div>
      </Dialog>
    </>
  );
}

/** Drags of files over the window; a place of its own that takes them keeps them to itself. */
function useDrops({
  onOver,
  onFiles,
}: {
  readonly onOver: (over: boolean) => void;
  readonly onFiles: (files: readonly File[]) => void;
}): void {
  useEffect(() => {
    const holdsFiles = ({ dataTransfer }: DragEvent) =>
      dataTransfer?.types.includes('Files') ?? false;
    const isOurs = ({ target }: Event) =>
      !(target instanceof Element && target.closest('[data-testid="drop"]'));
    const hold = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      onOver(isOurs(event));
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) onOver(false);
    };
    const drop = (event: DragEvent) => {
      onOver(false);
      if (!holdsFiles(event) || event.defaultPrevented) return;
      event.preventDefault();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0 && !document.querySelector('dialog[open]')) onFiles(files);
    };
    addEventListener('dragover', hold);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', hold);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  });
}
