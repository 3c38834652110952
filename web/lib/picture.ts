/** The picture sizes and backgrounds on offer; the server takes any even size and any colour. */
export const PICTURES = [
  { name: 'square', width: 512, height: 512 },
  { name: 'wide', width: 1280, height: 720 },
  { name: 'tall', width: 720, height: 1280 },
] as const;
export type PictureName = (typeof PICTURES)[number]['name'];

export const BACKGROUNDS = [
  { name: 'sand', colour: '#e4e0d6' },
  { name: 'white', colour: '#ffffff' },
  { name: 'mist', colour: '#cfdbe6' },
  { name: 'sage', colour: '#c9d6c3' },
  { name: 'night', colour: '#1d2433' },
  { name: 'green', colour: '#00b140' },
] as const;

export const DEFAULT_BACKGROUND = BACKGROUNDS[0].colour;

export function pictureNamed(name: string | null): (typeof PICTURES)[number] {
  return PICTURES.find((picture) => picture.name === name) ?? PICTURES[0];
}
