'use client';
import { ChevronRight, LoaderCircle, Plus, Radio } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { AvatarSummary, CastMember } from '../../server/protocol/index.ts';
import { DEVICES } from '../../server/protocol/words.ts';
import { usePreferences, useText } from '../lib/preferences.tsx';
import { recall, remember } from '../lib/storage.ts';
import { useChoices, type CastChoice } from '../lib/use-choices.ts';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import { CastCard } from './cast/cast-card.tsx';
import { CastStage } from './cast/cast-stage.tsx';
import { MovingAvatar } from './moving-avatar.tsx';
import { PictureFrame } from './picture-frame.tsx';
import { PicturePicker } from './picture-picker.tsx';
import { SessionList } from './session-list.tsx';
import { Button } from './ui/button.tsx';
import { Select } from './ui/field.tsx';
import { VoiceCard } from './voice-card.tsx';

/** Everything before going live: who is heard, who is seen, and one big button; the rest on demand. */
export function SetupScreen() {
  const t = useText();
  const studio = useStudio();
  const { avatars, sessions } = useStore(studio.catalog);
  const choices = useChoices(avatars);
  const { cast, picture, background } = choices;
  const [{ avatar: name }] = cast.members as [CastMember];
  const avatar = avatars?.find((each) => each.name === name) ?? null;
  const several = cast.members.length > 1;
  const hasNetworks = cast.members.some((member) => drawnByNetwork(member.avatar, avatars));
  const go = () => {
    if (!avatar) return;
    const { width, height } = picture;
    const together = several && { cast: [...cast.members] };
    const on = hasNetworks && choices.device !== 'auto' && { device: choices.device };
    void studio.goLive({ avatar: name, width, height, background, ...together, ...on });
  };
  return (
    <div className="columns">
      {several ? (
        <SeveralStage avatars={avatars ?? []} cast={cast} {...picture} background={background} />
      ) : (
        <AnsweringStage avatar={avatar} {...picture} background={background} />
      )}
      <div className="column-side space-y-3">
        <VoiceCard />
        <CastCard avatars={avatars} cast={cast} />
        <div className="sticky bottom-0 z-10 -mx-4 bg-canvas/90 px-4 py-3 backdrop-blur sm:mx-0 sm:px-0 lg:py-0">
          <GoLiveButton ready={avatar !== null} onClick={go} />
        </div>
        <More>
          <PicturePicker
            picture={picture.name}
            onPicture={choices.setPicture}
            background={background}
            onBackground={choices.setBackground}
          />
          {!several && (
            <Button className="w-full" disabled={!avatars?.length} onClick={cast.add}>
              <Plus aria-hidden className="size-4" />
              {t.cast.add}
            </Button>
          )}
          {hasNetworks && (
            <div>
              <Select
                label={t.network.device}
                value={choices.device}
                values={DEVICES}
                titles={t.network.devices}
                onChange={choices.setDevice}
              />
              <p className="mt-2 text-xs text-ink-2">{t.network.deviceHint}</p>
            </div>
          )}
        </More>
      </div>
      <SessionList sessions={sessions} />
    </div>
  );
}

/** What has a sensible default, until somebody wants another; kept open where it was left open. */
function More({ children }: { readonly children: ReactNode }) {
  const t = useText().shell;
  const [open, setOpen] = useState(() => recall('more') === 'open');
  return (
    <details
      open={open}
      onToggle={(event) => {
        const next = event.currentTarget.open;
        remember('more', next ? 'open' : 'closed');
        setOpen(next);
      }}
      className="group rounded-card border border-line bg-surface shadow-card"
    >
      <summary className="flex list-none items-center gap-2 rounded-card px-4 py-3 text-[13px] [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-4 transition-transform group-open:rotate-90" />
        <span className="font-semibold">{t.more}</span>
        <span className="min-w-0 truncate text-ink-2">{t.moreAbout}</span>
      </summary>
      <div className="space-y-3 px-4 pb-4">{children}</div>
    </details>
  );
}

/** Drawings and photos are drawn on the CPU whatever is chosen. */
function drawnByNetwork(name: string, avatars: readonly AvatarSummary[] | null): boolean {
  const body = avatars?.find((each) => each.name === name)?.body;
  return body !== undefined && body !== 'rig' && body !== 'photo';
}

function GoLiveButton({
  ready,
  onClick,
}: {
  readonly ready: boolean;
  readonly onClick: () => void;
}) {
  const t = useText();
  const studio = useStudio();
  const starting = useStore(studio.phase).name === 'starting';
  const online = useStore(studio.client.connection) === 'online';
  return (
    <Button
      look="live"
      size="large"
      className="w-full"
      aria-busy={starting}
      disabled={!ready || !online || starting}
      onClick={onClick}
    >
      {starting ? (
        <LoaderCircle aria-hidden className="size-5 animate-spin" />
      ) : (
        <Radio aria-hidden className="size-5" />
      )}
      {starting ? t.live.starting : t.live.go}
    </Button>
  );
}

/** The avatar on the chosen background, in the chosen shape; its mouth answers the microphone. */
function AnsweringStage({
  avatar,
  width,
  height,
  background,
}: {
  readonly avatar: AvatarSummary | null;
  readonly width: number;
  readonly height: number;
  readonly background: string;
}) {
  const { t, language } = usePreferences();
  const { microphone } = useStudio();
  const title = avatar?.title[language];
  return (
    <PictureFrame width={width} height={height} background={background}>
      {avatar && title && (
        <MovingAvatar
          key={avatar.name}
          avatar={avatar}
          alt={t.avatar.preview(title)}
          voice={microphone.levelDb}
          className="absolute inset-0 size-full"
        />
      )}
    </PictureFrame>
  );
}

/** All of them, each to be dragged to its place. */
function SeveralStage({
  avatars,
  cast,
  width,
  height,
  background,
}: {
  readonly avatars: readonly AvatarSummary[];
  readonly cast: CastChoice;
  readonly width: number;
  readonly height: number;
  readonly background: string;
}) {
  return (
    <PictureFrame width={width} height={height} background={background}>
      <CastStage avatars={avatars} cast={cast} />
    </PictureFrame>
  );
}
