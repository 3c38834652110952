import type {
  RecordingEntry,
  RecordingFormat,
  SessionStats,
} from '../../../server/protocol/index.ts';

/** What goes out: recordings, the overlay, the slate, the quality ladder. */
export const enAir = {
  rungs: {
    full: 'At ease',
    'half-rate': 'Busy: body at half rate',
    'lips-only': 'Busy: only the mouth moves',
    held: 'Overloaded: picture stands still',
  } satisfies Record<SessionStats['quality'], string>,
  /** How often less was drawn than before, for want of time. */
  downs: (count: number) => (count === 1 ? 'less once' : `less ${count} times`),
  overlay: 'Overlay',
  overlayOpen: 'Open the overlay',
  overlayHint: 'A transparent page for a browser source in OBS, sound included.',
  recording: 'Recording',
  recordings: 'Recordings',
  recordingsAbout: 'Everything that was recorded here: watch it, take it along or delete it.',
  format: 'Record',
  formats: {
    mp4: 'What viewers see (MP4)',
    mov: 'Avatar alone, transparent (ProRes)',
    webm: 'Avatar alone, transparent (WebM)',
  } satisfies Record<RecordingFormat, string>,
  record: 'Record',
  tracks: 'Voice and music as tracks of their own, too',
  starting: 'Starting …',
  stop: (name: string) => `Stop recording ${name}`,
  dropped: (count: number) => (count === 1 ? '1 frame missed' : `${count} frames missed`),
  none: 'Nothing is recorded yet. Go live and press Record.',
  states: {
    recording: 'Recording now',
    finishing: 'Being finished',
    done: 'Finished',
  } satisfies Record<RecordingEntry['state'], string>,
  transparent: 'transparent',
  play: (name: string) => `Play ${name}`,
  download: (name: string) => `Download ${name}`,
  remove: (name: string) => `Delete ${name}`,
  slate: 'If the avatar fails',
  slateShows: 'Viewers then see',
  slates: { name: 'The avatar’s name', frame: 'The last picture' },
  slateHint: 'For when the server has to catch itself; the stream goes on and nobody is cut off.',
  slateShown: 'Viewers see this right now',
  slateFile: 'Picture or video to show instead',
  slateAdd: 'Add picture or video',
  slateBusy: 'Adding …',
  slateRemove: (name: string) => `Delete ${name}`,
};
