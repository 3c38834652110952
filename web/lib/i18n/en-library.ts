import type { ModelStatus } from '../../../server/protocol/index.ts';

/** English words for the pages of the library that have no file of their own; spread into ./en-pages.ts. */
export const enLibrary = {
  library: {
    triggers: 'What fires by itself: words in the chat, a tone of voice, silence, time, a key.',
    scenes: 'Backgrounds, slides, logos and colour grades; switch between them while you are live.',
    targets: 'Where else your stream can go. Keys are sealed on the server and never shown again.',
  },
  models: {
    about:
      'Networks that the webcam, photos and captions need. The server fetches them once and checks every byte.',
    loading: 'Asking what is here…',
    purposes: {
      body: 'Body from the webcam',
      face: 'Face from webcam and photo',
      hands: 'Hands from the webcam',
      captions: 'Captions',
    } satisfies Record<ModelStatus['purpose'], string>,
    states: { missing: 'Not here', pulling: 'On its way', ready: 'Here' } satisfies Record<
      ModelStatus['state'],
      string
    >,
    commercial: 'may earn money',
    nonCommercial: 'not for earning money',
    pull: (name: string) => `Get ${name}`,
    pullShort: 'Get',
    cancel: (name: string) => `Cancel ${name}`,
    cancelShort: 'Cancel',
    verify: (name: string) => `Check ${name}`,
    verifyShort: 'Check',
    checking: 'Checking…',
    progress: (name: string) => `Progress of ${name}`,
    whole: 'Every byte is as it should be.',
    broken: (problem: string) => `The file is damaged: ${problem}. Delete it and get it again.`,
    remove: (name: string) => `Delete ${name}`,
    removeText: 'It can be downloaded again at any time.',
  },
  logs: {
    about:
      'What the server says about itself, as it says it. It never holds keys or what was spoken.',
    level: 'At least',
    levels: { info: 'Everything', warn: 'Warnings', error: 'Errors' },
    search: 'Search the log',
    count: (shown: number, lost: number) =>
      `${shown} ${shown === 1 ? 'line' : 'lines'}${lost > 0 ? `, ${lost} older ones are gone` : ''}`,
    hold: 'Hold',
    goOn: 'Go on',
    download: 'Download',
    none: 'No line fits.',
    list: 'Lines of the log',
  },
  settings: {
    about: 'Kept in this browser; the server’s own settings are in its environment.',
    look: 'Look',
    language: 'Language',
    languages: { en: 'English', zh: '中文' },
    theme: 'Theme',
    themes: { light: 'Light', dark: 'Dark' },
    phone: 'Phone as a remote',
    phoneAbout:
      'Open this address on a phone in the same network: gestures, moods and slides at your thumb. The server has to listen there (POSECAST_HOST) and asks for its token.',
    address: 'Address',
    latency: 'Latency',
    latencyAbout: 'Measures in this browser how long your voice takes to a viewer.',
    tokenNeeded: 'This browser keeps the admin token.',
    tokenUnneeded: 'This server is for this machine alone and asks for no token.',
    tokenForget: 'Forget it',
    server: 'Server',
    version: 'Version',
    sessions: 'Streams',
    avatars: 'Avatars',
    toLogs: 'What the server says about itself',
  },
};
