import { useState } from 'react';
import type { AvatarSummary, CastMember, Device } from '../../server/protocol/index.ts';
import { DEVICES } from '../../server/protocol/words.ts';
import * as casts from './cast.ts';
import { DEFAULT_BACKGROUND, pictureNamed, type PictureName } from './picture.ts';
import { recall, remember } from './storage.ts';

/** Embedded in every installation; the protocol's default as well. */
const DEFAULT_AVATAR = 'mira';

/** What was chosen last time in this browser, kept on every change. */
export function useChoices(avatars: readonly AvatarSummary[] | null) {
  const [picture, setPicture] = useState(() => pictureNamed(recall('picture')));
  const [background, setBackground] = useState(() => keptColour() ?? DEFAULT_BACKGROUND);
  const [device, setDevice] = useState(() => keptDevice());
  const cast = useCast(avatars, picture.width / picture.height);
  return {
    cast,
    picture,
    background,
    device,
    setDevice: (next: Device) => {
      remember('device', next);
      setDevice(next);
    },
    setPicture: (name: PictureName) => {
      remember('picture', name);
      setPicture(pictureNamed(name));
    },
    setBackground: (colour: string) => {
      remember('background', colour);
      setBackground(colour);
    },
  };
}

function keptDevice(): Device {
  return DEVICES.find((each) => each === recall('device')) ?? 'auto';
}

export type CastChoice = ReturnType<typeof useCast>;

/** The cast, and the one of it that is being looked at. */
function useCast(avatars: readonly AvatarSummary[] | null, aspect: number) {
  const [kept, setKept] = useState(() => askedFor() ?? casts.readCast(recall('cast')));
  const [looked, setLooked] = useState(0);
  const cast = known(kept ?? casts.castOf(DEFAULT_AVATAR), avatars ?? []);
  const members = casts.standing(cast, aspect);
  const chosen = Math.min(looked, members.length - 1);
  const set = (next: casts.Cast) => {
    remember('cast', JSON.stringify(next));
    setKept(next);
  };
  return {
    members,
    /** Index of the member that the controls are about. */
    chosen,
    choose: setLooked,
    isFull: members.length >= casts.MAX_CAST,
    isPlaced: cast.placed,
    add: () => {
      set(casts.withMember(cast, nextAvatar(members, avatars ?? [])));
      setLooked(members.length);
    },
    remove: (index: number) => {
      set(casts.withoutMember(cast, index));
      setLooked(Math.max(0, index - 1));
    },
    change: (index: number, change: Partial<CastMember>) =>
      set(casts.withChange(cast, index, change)),
    place: (index: number, place: { readonly x?: number; readonly scale?: number }) =>
      set(casts.withPlace(cast, index, { aspect, ...place })),
    spread: () => set({ ...cast, placed: false }),
  };
}

/** The avatar that another page sent here, `/?avatar=NAME`. */
function askedFor(): casts.Cast | null {
  const name = new URLSearchParams(window.location.search).get('avatar');
  return name === null ? null : casts.castOf(name);
}

/** Avatars that are gone from the server give way to one that is there. */
function known(cast: casts.Cast, avatars: readonly AvatarSummary[]): casts.Cast {
  const names = avatars.map(({ name }) => name);
  const instead = names.includes(DEFAULT_AVATAR) ? DEFAULT_AVATAR : names[0];
  if (instead === undefined) return cast;
  const members = cast.members.map((member) =>
    names.includes(member.avatar) ? member : { ...member, avatar: instead },
  );
  return { ...cast, members };
}

/** Whoever is in the picture least often, of the drawn ones: several networks are more than most processors carry. */
function nextAvatar(members: readonly CastMember[], avatars: readonly AvatarSummary[]): string {
  const times = (name: string) => members.filter(({ avatar }) => avatar === name).length;
  const drawn = avatars.filter(({ body }) => body === 'rig');
  const names = (drawn.length > 0 ? drawn : avatars).map(({ name }) => name);
  const [least = DEFAULT_AVATAR] = names.toSorted((a, b) => times(a) - times(b));
  return least;
}

function keptColour(): string | null {
  const colour = recall('background');
  return colour !== null && /^#[0-9a-f]{6}$/i.test(colour) ? colour : null;
}
