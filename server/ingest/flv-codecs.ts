/** Names of the codecs that FLV carries, and which of them are read here. Pure. */

/** https://veovera.org/docs/enhanced/enhanced-rtmp-v1 and FLV 10.1, E.4.2.1 */
const AUDIO: Readonly<Record<number, string>> = { 2: 'MP3', 9: 'enhanced', 10: 'AAC', 11: 'Speex' };
const READABLE_AUDIO = ['MP3', 'AAC', 'Speex'];

export function audioName(codec: number): { readonly name: string; readonly readable: boolean } {
  const name = AUDIO[codec] ?? `number ${codec}`;
  return { name, readable: READABLE_AUDIO.includes(name) };
}

const VIDEO: Readonly<Record<number, string>> = {
  2: 'H.263',
  4: 'VP6',
  7: 'H.264',
  12: 'HEVC',
  [fourLetters('hvc1')]: 'HEVC',
  [fourLetters('av01')]: 'AV1',
  [fourLetters('vp09')]: 'VP9',
};

export function videoName(codec: number): string {
  return VIDEO[codec] ?? `number ${codec}`;
}

/** Of pictures, H.264 alone: what ffmpeg 5.1 reads and can be passed on to browsers. */
export function isReadable(videoCodec: number): boolean {
  return videoCodec === 7;
}

function fourLetters(name: string): number {
  return Buffer.from(name, 'latin1').readUInt32BE();
}
