'use client';
import clsx from 'clsx';
import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import type { AvatarSummary, CastMember } from '../../../server/protocol/index.ts';
import { usePreferences } from '../../lib/preferences.tsx';
import type { CastChoice } from '../../lib/use-choices.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { MovingAvatar } from '../moving-avatar.tsx';

type Props = {
  readonly avatars: readonly AvatarSummary[];
  readonly cast: CastChoice;
};

/** Several avatars on the picture, as they will stand there: dragged by hand or moved by keys. */
export function CastStage({ avatars, cast }: Props) {
  const stage = useRef<HTMLDivElement>(null);
  return (
    <div ref={stage} className="absolute inset-0 touch-none select-none">
      {cast.members.map((member, index) => (
        <Standing
          key={index}
          member={member}
          avatar={avatars.find(({ name }) => name === member.avatar)}
          index={index}
          chosen={index === cast.chosen}
          cast={cast}
          sizeOf={() => stage.current!.getBoundingClientRect()}
        />
      ))}
    </div>
  );
}

type StandingProps = {
  readonly member: CastMember;
  readonly avatar: AvatarSummary | undefined;
  readonly index: number;
  readonly chosen: boolean;
  readonly cast: CastChoice;
  /** The picture on the screen, in pixels. */
  readonly sizeOf: () => DOMRect;
};

/** The picture of a still is as high as wide, and stands on the picture's lower edge. */
function Standing({ member, avatar, index, chosen, cast, sizeOf }: StandingProps) {
  const { t, language } = usePreferences();
  const { microphone } = useStudio();
  const name = t.cast.member(index + 1, avatar?.title[language] ?? member.avatar);
  const { x, scale } = member;
  const held = useHold(
    () => {
      cast.choose(index);
      return member;
    },
    (from, dx) => cast.place(index, { x: from.x + dx / sizeOf().width }),
  );
  return (
    <div
      className="pointer-events-none absolute bottom-0 aspect-square -translate-x-1/2"
      style={{ left: `${x * 100}%`, height: `${scale * 100}%` }}
    >
      {avatar && (
        <MovingAvatar
          key={avatar.name}
          avatar={avatar}
          alt=""
          voice={microphone.levelDb}
          className={clsx('size-full', member.mirrored && '-scale-x-100')}
        />
      )}
      <button
        type="button"
        aria-label={t.cast.place(name, percent(x), percent(scale))}
        aria-pressed={chosen}
        {...held}
        onKeyDown={(event) => nudge(event, { member, index, cast })}
        onFocus={() => cast.choose(index)}
        className={clsx(
          'pointer-events-auto absolute inset-x-[18%] top-[3%] bottom-0 cursor-grab rounded-t-xl border-2 border-b-0 border-dashed active:cursor-grabbing',
          chosen ? 'border-accent' : 'border-transparent hover:border-line-strong',
        )}
      />
      {chosen && <Resize {...{ member, index, cast, sizeOf }} name={name} />}
    </div>
  );
}

function Resize({
  member,
  index,
  cast,
  sizeOf,
  name,
}: Omit<StandingProps, 'avatar' | 'chosen'> & { readonly name: string }) {
  const { t } = usePreferences();
  const held = useHold(
    () => member,
    (from, _dx, dy) => cast.place(index, { scale: from.scale - dy / sizeOf().height }),
  );
  return (
    <button
      type="button"
      aria-label={t.cast.resize(name)}
      title={t.cast.resize(name)}
      {...held}
      onKeyDown={(event) => nudge(event, { member, index, cast })}
      style={{ top: `${dotTop(member.scale)}%` }}
      className="pointer-events-auto absolute left-1/2 z-10 size-5 -translate-x-1/2 -translate-y-1/2 cursor-ns-resize rounded-full border-2 border-white bg-accent shadow-md"
    />
  );
}

/** On the upper edge, or where the picture cuts that off; percent of the still's height. */
function dotTop(scale: number): number {
  return Math.max(3, 100 * (1 - 1 / scale) + 2.5);
}

/** A drag, told as the way from where it began. */
function useHold(grab: () => CastMember, move: (from: CastMember, dx: number, dy: number) => void) {
  const start = useRef<{ x: number; y: number; from: CastMember } | null>(null);
  const release = () => (start.current = null);
  return {
    onPointerDown: (event: PointerEvent<HTMLButtonElement>) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      start.current = { x: event.clientX, y: event.clientY, from: grab() };
    },
    onPointerMove: (event: PointerEvent<HTMLButtonElement>) => {
      const at = start.current;
      if (at) move(at.from, event.clientX - at.x, event.clientY - at.y);
    },
    onPointerUp: release,
    onPointerCancel: release,
  };
}

type Nudged = {
  readonly member: CastMember;
  readonly index: number;
  readonly cast: CastChoice;
};

/** Arrows move and size by a hundredth, with Shift by ten. */
function nudge(event: KeyboardEvent, { member, index, cast }: Nudged): void {
  const step = STEPS[event.key];
  if (event.key === 'Delete' && cast.members.length > 1) cast.remove(index);
  if (!step) return;
  event.preventDefault();
  const far = event.shiftKey ? 0.1 : 0.01;
  const [dx, dy] = step;
  if (dx !== 0) cast.place(index, { x: member.x + dx * far });
  else cast.place(index, { scale: member.scale + dy * far });
}

const STEPS: Readonly<Record<string, readonly [number, number] | undefined>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

const percent = (share: number): number => Math.round(share * 100);
