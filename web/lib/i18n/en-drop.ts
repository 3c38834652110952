/** English words for files that are dropped on the page; part of ./en.ts. */
export const enDrop = {
  anywhere: 'Drop it: it goes where it belongs',
  question: 'What is it for?',
  unknownTitle: 'That can’t be used here',
  unknown:
    'Drop an avatar pack (.zip), pictures, videos, sound files, PDF slides, .cube colour grades or motion (.bvh, .json).',
  places: {
    pack: 'An avatar pack to import',
    photo: 'A photo to make an avatar of',
    footage: 'Footage to make an avatar of',
    motion: 'Motion for the gesture library',
    scene: 'Background, slide or colour grade of a scene',
    sound: 'A voice to make a video from',
    music: 'Music to play on air',
  },
  close: 'Never mind',
  sending: (name: string, percent: number) => `${name}: ${percent} %`,
  looking: (name: string) => `${name}: the server looks at it`,
  cancel: (what: string) => `Cancel ${what}`,
} as const;
