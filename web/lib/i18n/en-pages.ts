import { enAvatars } from './en-avatars.ts';
import { enDeck } from './en-deck.ts';
import { enEditor } from './en-editor.ts';
import { enLibrary } from './en-library.ts';
import { enScene } from './en-scene.ts';
import { enScript } from './en-script.ts';
import { enStudio } from './en-studio.ts';
import { enTriggers } from './en-triggers.ts';

/** English for what isn't on the first screen; the shape that every other language must fill. */
export const enPages = {
  ...enLibrary,
  ...enEditor,
  ...enDeck,
  avatars: enAvatars,
  scene: enScene,
  script: enScript,
  studio: enStudio,
  triggers: enTriggers,
  measure: {
    title: 'Measure my latency',
    how: 'Put on headphones, start, and say short words with a pause after each: “one … two … three”.',
    start: 'Start',
    stop: 'Stop',
    video: 'Your avatar, as viewers see it',
    failed: 'Measuring did not work',
    results: 'Milliseconds',
    words: (count: number) => `${count} words`,
    what: 'What',
    picture: 'Voice to moving mouth',
    sound: 'Voice to viewer’s sound',
    floor: 'Of it, network and browser alone',
    av: 'Picture behind sound',
    note: 'Your microphone’s and headphones’ own delay, 30 to 60 ms, comes on top.',
  },
} as const;
