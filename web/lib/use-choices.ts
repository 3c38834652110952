import { useState } from 'react';
import type { AvatarSummary } from '../../server/protocol/index.ts';
import { DEFAULT_BACKGROUND, pictureNamed, type PictureName } from './picture.ts';
import { recall, remember } from './storage.ts';

/** Embedded in every installation; the protocol's default as well. */
const DEFAULT_AVATAR = 'mira';

/** What was chosen last time in this browser, kept on every change. */
export function useChoices(avatars: readonly AvatarSummary[] | null) {
  const [wanted, setAvatar] = useState(() => recall('avatar'));
  const [picture, setPicture] = useState(() => pictureNamed(recall('picture')));
  const [background, setBackground] = useState(() => keptColour() ?? DEFAULT_BACKGROUND);
  const named = (name: string | null) => avatars?.find((avatar) => avatar.name === name);
  const avatar = named(wanted) ?? named(DEFAULT_AVATAR) ?? avatars?.[0] ?? null;
  return {
    avatar,
    picture,
    background,
    setAvatar: (name: string) => {
      remember('avatar', name);
      setAvatar(name);
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

function keptColour(): string | null {
  const colour = recall('background');
  return colour !== null && /^#[0-9a-f]{6}$/i.test(colour) ? colour : null;
}
