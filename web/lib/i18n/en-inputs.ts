import type { InputOrigin, SessionInput } from '../../../server/protocol/index.ts';

export const enInputs = {
  title: 'Inputs',
  about:
    'OBS or a hardware encoder can be the microphone: it sends to one of these doors, with the key.',
  rtmp: 'RTMP server',
  whip: 'WHIP',
  key: 'Key',
  keyHint: 'Stream key of RTMP, bearer token of WHIP. Whoever has it speaks for the avatar.',
  show: 'Show the key',
  hide: 'Hide the key',
  copy: 'Copy the key',
  copied: 'Copied',
  renew: 'Make a new key',
  renewTitle: 'Make a new key?',
  renewText: 'Whoever sends with the old one is cut off, and OBS has to be given the new one.',
  renewYes: 'Make it',
  cancel: 'Cancel',
  doors: 'Connect OBS or an encoder',
  nothing: 'Nothing comes in.',
  speaks: 'is the voice',
  waits: 'waits',
  use: 'Use',
  useLabel: (name: string) => `Use ${name} as the voice`,
  origins: {
    microphone: 'Microphone of the panel',
    whip: 'WHIP',
    rtmp: 'RTMP',
    file: 'File on the server',
  } satisfies Record<InputOrigin, string>,
  states: {
    waiting: 'connected, waiting',
    live: 'live',
  } satisfies Record<SessionInput['state'], string>,
  numbers: (kbps: number, duration: string) => `${kbps} kb/s, ${duration}`,
};
