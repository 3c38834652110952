'use client';
import { Send } from 'lucide-react';
import { useId, useState } from 'react';
import type { MotionScript, SayAnswer, TemplateId } from '../../../server/protocol/index.ts';
import { usePreferences } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';

/** Words to motion: what was understood, and what was not with offers instead. */
export function SayBox() {
  const { t } = usePreferences();
  const words = t.motion.say;
  const { motion } = useStudio();
  const id = useId();
  const [text, setText] = useState('');
  const [answer, setAnswer] = useState<SayAnswer | null>(null);
  return (
    <div>
      <form
        className="flex gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) void motion.say(text.trim()).then(setAnswer);
        }}
      >
        <label htmlFor={id} className="sr-only">
          {words.label}
        </label>
        <input
          id={id}
          value={text}
          maxLength={500}
          placeholder={words.placeholder}
          onChange={(event) => setText(event.target.value)}
          className="h-8 min-w-0 flex-1 rounded-lg border border-line-strong bg-surface px-2.5 text-[13px]"
        />
        <Button
          type="submit"
          size="small"
          look="primary"
          aria-label={words.send}
          title={words.send}
          disabled={!text.trim()}
        >
          <Send aria-hidden className="size-4" />
        </Button>
      </form>
      {answer && <Answer answer={answer} />}
    </div>
  );
}

function Answer({ answer }: { readonly answer: SayAnswer }) {
  const { t } = usePreferences();
  const words = t.motion.say;
  return (
    <div role="status" className="mt-3 space-y-2 text-[13px]">
      {answer.script ? (
        <div>
          <span className="text-ink-2">{words.understood}: </span>
          <Moments script={answer.script} />
        </div>
      ) : (
        <p>{words.nothing}</p>
      )}
      {answer.notUnderstood.map(({ text, from, offers }) => (
        <div key={from}>
          <p className="text-fair">{words.missed(text)}</p>
          {offers.length > 0 && <Offers offers={offers as TemplateId[]} />}
        </div>
      ))}
    </div>
  );
}

function Moments({ script }: { readonly script: MotionScript }) {
  const { t } = usePreferences();
  const titleOf = useTitles();
  const words = t.motion.say;
  const moments = script.moments.map((steps) =>
    steps
      .map(
        ({ template, repeat }) => titleOf(template) + (repeat === undefined ? '' : ` × ${repeat}`),
      )
      .join(` ${words.with} `),
  );
  const mood = script.emotion ? ` · ${t.motion.emotion.names[script.emotion]}` : '';
  return (
    <strong className="font-medium">
      {moments.join(`, ${words.then} `)}
      {mood}
    </strong>
  );
}

function Offers({ offers }: { readonly offers: readonly TemplateId[] }) {
  const words = usePreferences().t.motion.say;
  const { motion } = useStudio();
  const titleOf = useTitles();
  return (
    <p className="mt-1 flex flex-wrap items-center gap-1.5">
      <span className="text-ink-2">{words.offers}</span>
      {offers.map((template) => (
        <Chip key={template} chosen={false} onClick={() => void motion.play([{ template }])}>
          {titleOf(template)}
        </Chip>
      ))}
    </p>
  );
}

function useTitles(): (id: string) => string {
  const { language } = usePreferences();
  const list = useStore(useStudio().templates.list) ?? [];
  return (id) => {
    const title = list.find((template) => template.id === id)?.title;
    return title?.[language] || title?.en || id;
  };
}
