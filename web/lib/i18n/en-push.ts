import type { PushState } from '../../../server/protocol/index.ts';

export const enPush = {
  title: 'Also push to',
  add: 'Add',
  none: 'Twitch, YouTube, Bilibili or any RTMP server: add it once, switch it on whenever you are live.',
  on: (name: string) => `Push to ${name}`,
  edit: (name: string) => `Change ${name}`,
  off: 'Off',
  states: {
    connecting: 'Connecting …',
    live: 'On air',
    waiting: 'Trying again …',
  } satisfies Record<PushState['state'], string>,
  numbers: (kbps: number, duration: string) => `${kbps} kb/s, ${duration}`,
  dropped: (count: number) => (count === 1 ? '1 frame missed' : `${count} frames missed`),
  service: 'Service',
  name: 'Name',
  server: 'Server',
  url: 'Address',
  urlHint: 'rtmp:// or rtmps://, as the service gives it',
  key: 'Stream key',
  keyKept: (masked: string) => `${masked} (leave empty to keep it)`,
  keyPage: 'Open the page with the key',
  auto: 'Switch it on whenever I go live',
  save: 'Save',
  cancel: 'Cancel',
  remove: 'Delete',
};
