/**
 * Human clips with phone alignments, for `posecast bench lips`: any folder of audio files with a
 * `.phone.json` (pocketsphinx), `.lab` (HTS) or TextGrid (Praat) beside each. Phones are ARPAbet.
 * Reads through ffmpeg; runs on the command line only.
 */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../core/errors.ts';
import { VISEMES, type Viseme } from '../speech/visemes.ts';

export const RATE_HZ = 16000;
export const FRAME = 320;

export type Segment = { readonly startS: number; readonly endS: number; readonly phone: string };

export type Clip = {
  readonly name: string;
  /** 16 kHz mono in -1..1. */
  readonly audio: Float32Array;
  /** Viseme index of every whole 20 ms frame, by the frame's middle. */
  readonly truth: Uint8Array;
};

/** ARPAbet to visemes; two stand for a diphthong, none for h (the next shape holds). */
const PHONES: readonly (readonly [string, readonly Viseme[]])[] = [
  ['p b m em', ['PP']],
  ['f v', ['FF']],
  ['th dh', ['TH']],
  ['t d dx', ['DD']],
  ['k g', ['kk']],
  ['ch jh sh zh', ['CH']],
  ['s z', ['SS']],
  ['n l ng nx el en', ['nn']],
  ['r er axr', ['RR']],
  ['aa ah ae ax', ['aa']],
  ['eh', ['E']],
  ['ih iy y ix', ['ih']],
  ['ao', ['oh']],
  ['uh uw w ux', ['ou']],
  ['ay', ['aa', 'ih']],
  ['aw', ['aa', 'ou']],
  ['ey', ['E', 'ih']],
  ['ow', ['oh', 'ou']],
  ['oy', ['oh', 'ih']],
  ['hh hv q', []],
  ['sil pau sp spn brth ssil h# x', ['sil']],
];
const TABLE: ReadonlyMap<string, readonly Viseme[]> = new Map(
  PHONES.flatMap(([names, visemes]) => names.split(' ').map((name) => [name, visemes] as const)),
);
const FIRST_SHARE = 0.55;

/** Every clip with an alignment under `folder`, in the order of their paths. */
export async function readClips(folder: string): Promise<Clip[]> {
  const files = await listFiles(folder);
  const clips: Clip[] = [];
  for (const path of files.filter((name) => /\.(wav|flac)$/i.test(name))) {
    const stem = path.replace(/\.\w+$/, '');
    const label = ['.phone.json', '_phone.lab', '.lab', '_phones.TextGrid', '.TextGrid']
      .map((ending) => stem + ending)
      .find((name) => files.includes(name));
    if (!label) continue;
    const audio = await decodeAudio(path);
    const segments = parseAlignment(label, await readFile(label, 'utf8'));
    clips.push({ name: basename(stem), audio, truth: visemeTrack(segments, audio.length) });
  }
  return clips;
}

/** Any media file's sound as 16 kHz mono. */
export async function decodeAudio(path: string): Promise<Float32Array> {
  const args = ['-v', 'error', '-i', path, '-ac', '1', '-ar', String(RATE_HZ), '-f', 'f32le', '-'];
  try {
    const { stdout } = await promisify(execFile)('ffmpeg', args, {
      encoding: 'buffer',
      maxBuffer: 2 ** 30,
    });
    const bytes = new Uint8Array(stdout);
    return new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4));
  } catch (cause) {
    throw new AppError('unreadable_media', `ffmpeg can't read the sound of ${path}.`, cause);
  }
}

export function parseAlignment(name: string, text: string): Segment[] {
  if (name.endsWith('.json')) return parsePhoneJson(text);
  return name.endsWith('.lab') ? parseLab(text) : parseTextGrid(text);
}

/** pocketsphinx: words with their phones, `b` begin and `d` duration in seconds. */
function parsePhoneJson(text: string): Segment[] {
  const value = JSON.parse(text) as { w: { w?: { b: number; d: number; t: string }[] }[] };
  return value.w.flatMap((word) =>
    (word.w ?? []).map(({ b, d, t }) => ({ startS: b, endS: b + d, phone: t })),
  );
}

/** HTS labels: times in 100 ns, the phone alone or in full context between '-' and '+'. */
function parseLab(text: string): Segment[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length >= 3)
    .map(([start, end, label]) => ({
      startS: Number(start) / 1e7,
      endS: Number(end) / 1e7,
      phone: /-([^+-]+)\+/.exec(label!)?.[1] ?? label!,
    }));
}

/** Praat's long text form; the last interval tier is the phones. */
function parseTextGrid(text: string): Segment[] {
  const tier = text.split(/class = "IntervalTier"/).at(-1) ?? '';
  const intervals = tier.matchAll(/xmin = ([\d.]+)\s+xmax = ([\d.]+)\s+text = "([^"]*)"/g);
  return [...intervals].map(([, start, end, phone]) => ({
    startS: Number(start),
    endS: Number(end),
    phone: phone!,
  }));
}

/** Time without a phone, and a phone nobody knows, is silence. Two in one label share its time. */
export function visemeTrack(segments: readonly Segment[], samples: number): Uint8Array {
  const track = new Uint8Array(Math.floor(samples / FRAME));
  let following: Viseme = 'aa';
  for (const { startS, endS, phone } of segments.toReversed()) {
    const known = visemesOf(phone.toLowerCase().replace(/[0-9]$/, ''));
    const visemes: readonly Viseme[] = known.length > 0 ? known : [following];
    const middle = startS + (endS - startS) * (visemes.length > 1 ? FIRST_SHARE : 1);
    fill(track, startS, middle, visemes[0]!);
    if (visemes.length > 1) fill(track, middle, endS, visemes[1]!);
    if (visemes[0] !== 'sil') following = visemes[0]!;
  }
  return track;
}

/** A label like `pt`, where an annotator set no boundary, is a p and a t and not a pause. */
function visemesOf(phone: string): readonly Viseme[] {
  const known = TABLE.get(phone);
  if (known) return known;
  for (let cut = 1; cut < phone.length; cut += 1) {
    const pair = [TABLE.get(phone.slice(0, cut)), TABLE.get(phone.slice(cut))];
    if (pair.every((one) => one?.length === 1)) return pair.map((one) => one![0]!);
  }
  return ['sil'];
}

function fill(track: Uint8Array, startS: number, endS: number, viseme: Viseme): void {
  const first = Math.max(0, Math.round(startS * 50));
  track.fill(VISEMES.indexOf(viseme), first, Math.max(first, Math.round(endS * 50)));
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (cause: unknown) => {
      throw new AppError('folder_unreachable', `The folder ${folder} can't be read.`, cause);
    },
  );
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
