/** English words for tabs of the deck that aren't the first; part of ./en-pages.ts. */
export const enDeck = {
  dance: {
    title: 'Dance',
    dance: 'Dance to the music',
    stop: 'Stop dancing',
    dancing: {
      waiting: 'Waiting for a beat. ',
      dancing: 'Dancing. ',
    },
    bpm: (bpm: string) => `${bpm} BPM`,
    tap: 'Tap the beat',
    untap: 'Back to the music’s beat',
    tapHint: (key: string) =>
      `No beat yet: play music, or tap along at least three times (key “${key}”).`,
    tempo: {
      music: (bpm: string) => `${bpm} beats a minute, heard in the music.`,
      tap: (bpm: string) => `${bpm} beats a minute, tapped.`,
    },
    step: 'Dance step',
    start: 'Play this step',
    none: 'No dance steps yet: templates with beats appear here.',
  },
  captions: {
    title: 'Captions',
    switchOn: 'Switch on',
    switchOff: 'Switch off',
    last: 'What was heard last',
    none: 'Say something: it appears here, and its words set off triggers.',
    states: {
      'no-package': 'Nothing is installed that understands speech. On the server:',
      'no-model': 'The model that understands speech is missing. On the server:',
      off: 'Off. Switched on, English words that you say set off triggers.',
      starting: 'Starting…',
      ready: 'Listening',
      failed: 'The recogniser doesn’t run.',
    },
  },
} as const;
