'use client';
import { useState } from 'react';
import type { MotionScript, SayAnswer, TemplateId } from '../../../server/protocol/index.ts';
import { usePreferences } from '../../lib/preferences.tsx';
import { useStudio } from '../../lib/use-studio.tsx';
import { useTemplateTitle } from '../../lib/use-template-title.ts';
import { Chip } from '../ui/chip.tsx';
import { SendLine } from '../ui/send-line.tsx';

/** Words to motion: what was understood, and what was not with offers instead. */
export function SayBox() {
  const { t } = usePreferences();
  const words = t.motion.say;
  const { motion } = useStudio();
  const [answer, setAnswer] = useState<SayAnswer | null>(null);
  return (
    <div>
      <SendLine
        label={words.label}
        placeholder={words.placeholder}
        send={words.send}
        sent="kept"
        onSend={(text) => void motion.say(text).then(setAnswer)}
      />
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
  const titleOf = useTemplateTitle();
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
  const titleOf = useTemplateTitle();
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
