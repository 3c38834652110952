'use client';
import clsx from 'clsx';
import { Plus, Trash2 } from 'lucide-react';
import type { AvatarSummary, CastMember } from '../../../server/protocol/index.ts';
import {
  MOST_OFFSET,
  OFFSET_UNITS,
  offsetChange,
  offsetOf,
  SIZES,
  type Offset,
  type OffsetUnit,
} from '../../lib/cast.ts';
import { usePreferences } from '../../lib/preferences.tsx';
import type { CastChoice } from '../../lib/use-choices.ts';
import { AvatarPicker } from '../avatar-picker.tsx';
import { Button } from '../ui/button.tsx';
import { Check } from '../ui/check.tsx';
import { Card } from '../ui/card.tsx';
import { NumberField } from '../ui/field.tsx';
import { Segments } from '../ui/segments.tsx';

type Props = {
  /** null while the server hasn't answered yet. */
  readonly avatars: readonly AvatarSummary[] | null;
  readonly cast: CastChoice;
};

/** Who is in the picture: one avatar, or the list of them. */
export function CastCard({ avatars, cast }: Props) {
  const { t } = usePreferences();
  const { members, chosen } = cast;
  const several = members.length > 1;
  const picker = (
    <AvatarPicker
      avatars={avatars}
      chosen={members[chosen]!.avatar}
      onChoose={(avatar) => cast.change(chosen, { avatar })}
    />
  );
  if (!several) {
    return <Card title={t.avatar.title}>{picker}</Card>;
  }
  return (
    <Card
      title={t.cast.title}
      aside={
        cast.isPlaced && (
          <Button size="small" look="quiet" className="-my-1.5" onClick={cast.spread}>
            {t.cast.spread}
          </Button>
        )
      }
    >
      <div className="space-y-3">
        <Members avatars={avatars ?? []} cast={cast} />
        <p className="text-xs text-ink-3">{t.cast.stage}</p>
        {picker}
        <Details cast={cast} />
      </div>
    </Card>
  );
}

function Members({
  avatars,
  cast,
}: { readonly avatars: readonly AvatarSummary[] } & Pick<Props, 'cast'>) {
  const { t, language } = usePreferences();
  return (
    <div role="group" aria-label={t.cast.list} className="flex flex-wrap gap-2">
      {cast.members.map(({ avatar: name, mirrored }, index) => {
        const avatar = avatars.find((each) => each.name === name);
        const chosen = index === cast.chosen;
        return (
          <button
            key={index}
            type="button"
            aria-pressed={chosen}
            aria-label={t.cast.member(index + 1, avatar?.title[language] ?? name)}
            onClick={() => cast.choose(index)}
            className={clsx(
              'relative size-12 overflow-hidden rounded-xl border bg-sunken',
              chosen ? 'border-accent ring-1 ring-accent' : 'border-line hover:border-line-strong',
            )}
          >
            {avatar && (
              <img
                src={avatar.previewPath}
                alt=""
                className={clsx('size-full object-cover object-top', mirrored && '-scale-x-100')}
              />
            )}
            <span className="absolute right-0.5 bottom-0.5 rounded bg-black/60 px-1 text-[10px] leading-4 font-medium text-white">
              {index + 1}
            </span>
          </button>
        );
      })}
      <button
        type="button"
        aria-label={t.cast.add}
        title={cast.isFull ? t.cast.full : t.cast.add}
        disabled={cast.isFull}
        onClick={cast.add}
        className="grid size-12 place-items-center rounded-xl border border-dashed border-line-strong text-ink-2 hover:bg-sunken disabled:opacity-40"
      >
        <Plus aria-hidden className="size-4" />
      </button>
    </div>
  );
}

const SYNCS = ['unison', 'canon', 'own'] as const;

/** Of the chosen member: its place, and how it goes along with the first. */
function Details({ cast }: Pick<Props, 'cast'>) {
  const { t } = usePreferences();
  const words = t.cast;
  const { chosen } = cast;
  const member = cast.members[chosen]!;
  const change = (part: Partial<CastMember>) => cast.change(chosen, part);
  return (
    <div className="space-y-3">
      <div className="flex items-end gap-3">
        <Percent
          label={words.x}
          value={member.x}
          bounds={[0, 1]}
          onChange={(x) => cast.place(chosen, { x })}
        />
        <Percent
          label={words.size}
          value={member.scale}
          bounds={[SIZES.least, SIZES.most]}
          onChange={(scale) => cast.place(chosen, { scale })}
        />
        <Check
          label={words.mirrored}
          value={member.mirrored}
          className="h-9"
          onChange={(mirrored) => change({ mirrored })}
        />
        <Button
          look="quiet"
          size="icon"
          aria-label={words.remove}
          title={words.remove}
          onClick={() => cast.remove(chosen)}
        >
          <Trash2 aria-hidden className="size-4" />
        </Button>
      </div>
      {chosen === 0 ? (
        <p className="text-[13px] text-ink-2">{words.leads}</p>
      ) : (
        <Together member={member} change={change} />
      )}
    </div>
  );
}

function Together({
  member,
  change,
}: {
  readonly member: CastMember;
  readonly change: (part: Partial<CastMember>) => void;
}) {
  const words = usePreferences().t.cast;
  return (
    <>
      <Segments
        label={words.sync}
        values={SYNCS}
        titles={words.syncs}
        chosen={member.sync}
        onChoose={(sync) => change({ sync, offsetSeconds: member.offsetSeconds || 0.5 })}
      />
      <p className="text-[13px] text-ink-2">{words.abouts[member.sync]}</p>
      {member.sync === 'canon' && (
        <Later offset={offsetOf(member)} onChange={(offset) => change(offsetChange(offset))} />
      )}
    </>
  );
}

/** A beat is half a second until there is music: what was set stays about as late. */
const BEATS_PER_SECOND = 2;

function Later({
  offset: { unit, value },
  onChange,
}: {
  readonly offset: Offset;
  readonly onChange: (offset: Offset) => void;
}) {
  const words = usePreferences().t.cast;
  const recount = (next: OffsetUnit) => {
    const factor = next === 'beats' ? BEATS_PER_SECOND : 1 / BEATS_PER_SECOND;
    if (next !== unit) onChange({ unit: next, value: Math.min(MOST_OFFSET[next], value * factor) });
  };
  return (
    <>
      <div className="flex items-end gap-3">
        <NumberField
          label={words.offset}
          value={value}
          least={0}
          most={MOST_OFFSET[unit]}
          step={unit === 'beats' ? 0.5 : 0.1}
          onChange={(next) => onChange({ unit, value: next })}
        />
        <Segments
          label={words.unit}
          values={OFFSET_UNITS}
          titles={words.units}
          chosen={unit}
          onChoose={recount}
        />
      </div>
      {unit === 'beats' && <p className="text-xs text-ink-3">{words.offsetHint}</p>}
    </>
  );
}

function Percent(props: {
  readonly label: string;
  readonly value: number;
  readonly bounds: readonly [least: number, most: number];
  readonly onChange: (share: number) => void;
}) {
  return (
    <NumberField
      label={props.label}
      value={Math.round(props.value * 100)}
      least={props.bounds[0] * 100}
      most={props.bounds[1] * 100}
      onChange={(percent) => props.onChange(percent / 100)}
    />
  );
}
