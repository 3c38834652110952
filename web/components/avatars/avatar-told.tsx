'use client';
import { useState } from 'react';
import { AvatarWishes } from '../../../server/protocol/avatar.ts';
import { usePageText } from '../../lib/preferences.tsx';
import { slugOf } from '../../lib/template-files.ts';
import { Check } from '../ui/check.tsx';
import { Field } from '../ui/field.tsx';

/** What is told of a new avatar while it is being typed. */
export type Told = {
  readonly title: string;
  readonly licence: string;
  readonly commercial: boolean;
  /** Its name where the title has no letters that a folder can have. */
  readonly spare: string;
};

export function useTold(suggested: string): readonly [Told, (change: Partial<Told>) => void] {
  const [told, setTold] = useState<Told>(() => {
    const spare = `avatar-${Date.now().toString(36).slice(-5)}`;
    return { title: suggested, licence: '', commercial: true, spare };
  });
  return [told, (change) => setTold((before) => ({ ...before, ...change }))];
}

/** As the server takes it; `licence`: where none was typed. */
export function wishesOf(told: Told, licence: string): AvatarWishes {
  const { title, commercial } = told;
  const named = { name: avatarName(told), title: title.trim(), commercial };
  return AvatarWishes.parse({ ...named, licence: told.licence.trim() || licence });
}

/** Name, licence, and whether it may earn money. */
export function ToldFields({
  told,
  licenceLabel,
  onChange,
}: {
  readonly told: Told;
  readonly licenceLabel: string;
  readonly onChange: (change: Partial<Told>) => void;
}) {
  const words = usePageText().avatars.told;
  return (
    <>
      <div>
        <Field label={words.name} value={told.title} onChange={(title) => onChange({ title })} />
        <p className="mt-1 text-xs text-ink-3">{words.id(avatarName(told))}</p>
      </div>
      <Field
        label={licenceLabel}
        value={told.licence}
        placeholder={words.licenceDefault}
        onChange={(licence) => onChange({ licence })}
      />
      <Check
        label={words.commercial}
        value={told.commercial}
        onChange={(commercial) => onChange({ commercial })}
      />
    </>
  );
}

/** A folder's name out of a title; packs' names begin with a letter, titles may have none. */
function avatarName({ title, spare }: Told): string {
  if (!/[a-z0-9]/i.test(title)) return spare;
  const slug = slugOf(title).slice(0, 28).replace(/-+$/, '');
  return /^[a-z]/.test(slug) ? slug : `a-${slug}`;
}
