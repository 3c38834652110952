/**
 * What ffmpeg is told for a render: the sound of its files in and out, cleaned, mixed with music and
 * brought to a loudness, and the pictures of each format. Pure.
 */
import { availableParallelism } from 'node:os';
import { MUSIC_GAIN, MUSIC_KNEE } from '../music/sound-mix.ts';
import { build, FILE_INPUT, fileUrl, QUIET } from './ffmpeg.ts';

/** A file with sound in it; with `noiseDb` its steady noise, dBFS, is taken out on the way. */
export type SoundInput = { readonly path: string; readonly noiseDb?: number | undefined };

/** A voice, and music beneath it that begins with it and goes round as long as it lasts. */
export type MixedSound = SoundInput & { readonly music?: string | undefined };

const ROUND_AND_ROUND = ['-stream_loop', '-1'];

/** Each line says how grave it is: `[error]` and worse is sound that was lost. */
const GRAVE = ['-loglevel', 'level+warning'];
export const LOST_SOUND = /^(?:\[[^\]]* @ [^\]]*\] )?\[(?:error|fatal)\] /;

/** A file's sound as 48 kHz mono 32-bit floats, little-endian, on stdout; as fast as it is read. */
export function pcmFromFileCommand(
  { path, noiseDb }: SoundInput,
  pass: 'once' | 'round' = 'once',
): string[] {
  const filters = cleaning(noiseDb);
  return build(
    [...QUIET, ...GRAVE, ...FILE_INPUT, ...(pass === 'round' ? ROUND_AND_ROUND : [])],
    fileUrl(path),
    [
      ...['-map', '0:a:0', ...(filters.length > 0 ? ['-af', filters.join(',')] : [])],
      ...['-ac', '1', '-ar', '48000', '-f', 'f32le'],
    ],
    'pipe:1',
  );
}

/** A file's sound without its noise as WAV: 48 kHz, mono, 16 bits. */
export function cleanedSoundCommand(input: Required<SoundInput>, target: string): string[] {
  return build(
    [...QUIET, ...FILE_INPUT],
    fileUrl(input.path),
    [
      ...['-map', '0:a:0', '-af', cleaning(input.noiseDb).join(',')],
      ...['-ac', '1', '-c:a', 'pcm_s16le', '-fflags', '+bitexact', '-f', 'wav', '-y'],
    ],
    fileUrl(target),
  );
}

/** How much of the noise goes, dB; what is left keeps pauses from sounding cut out. */
const CLEANED_DB = 20;
/** What the filter takes. */
const [QUIETEST_NOISE_DB, LOUDEST_NOISE_DB] = [-80, -20];
/** By so many samples at 48 kHz the filter's sound comes late: half of its window. */
const CLEANING_DELAY = 1200;

/** https://ffmpeg.org/ffmpeg-filters.html#afftdn, without its delay. */
function cleaning(noiseDb: number | undefined): string[] {
  if (noiseDb === undefined) return [];
  const floor = Math.max(QUIETEST_NOISE_DB, Math.min(LOUDEST_NOISE_DB, Math.round(noiseDb)));
  return [
    'aresample=48000',
    `apad=pad_len=${CLEANING_DELAY}`,
    `afftdn=nr=${CLEANED_DB}:nf=${floor}`,
    `atrim=start_sample=${CLEANING_DELAY}`,
    'asetpts=PTS-STARTPTS',
  ];
}

/** mp4: H.264 over a background; the others keep the avatar's transparency. */
export const RENDER_FORMATS = ['mp4', 'mov', 'webm', 'png'] as const;
export type RenderFormat = (typeof RENDER_FORMATS)[number];

export type RenderCommand = {
  readonly format: RenderFormat;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** What is heard with the pictures; its first sample lies at the first frame. */
  readonly sound: MixedSound;
  /** Seconds of the result; the sound is cut or padded with silence to them. */
  readonly seconds: number;
  /** Integrated loudness to bring the sound to, LUFS (EBU R 128); without it, kept as it is. */
  readonly loudness?: Loudness;
  /** For png a pattern such as `frame-%06d.png`. */
  readonly target: string;
};

/** What a first pass of the loudness filter measured, and where to go. */
export type Loudness = {
  readonly target: number;
  readonly measured: {
    readonly input_i: string;
    readonly input_tp: string;
    readonly input_lra: string;
    readonly input_thresh: string;
    readonly target_offset: string;
  };
};

/**
 * Raw frames on stdin into a file: I420 for mp4, premultiplied RGBA for the others. Nothing in the
 * result depends on the day or the machine's name, so the same frames give the same file.
 */
export function renderCommand(options: RenderCommand): string[] {
  const { format, width, height, fps } = options;
  const pixels = format === 'mp4' ? 'yuv420p' : 'rgba';
  const sound = format === 'png' ? [] : soundSettings(options);
  return build(
    [
      ...[...QUIET, '-f', 'rawvideo', '-pix_fmt', pixels, '-s', `${width}x${height}`],
      ...['-framerate', String(fps), '-protocol_whitelist', 'pipe'],
    ],
    'pipe:0',
    [
      ...(format === 'png' ? [] : soundInputs(options.sound)),
      ...['-map', '0:v:0', ...sound, ...pictureSettings(format)],
      ...['-map_metadata', '-1', '-fflags', '+bitexact', '-flags:v', '+bitexact', '-y'],
    ],
    fileUrl(options.target),
  );
}

/** The first pass of the loudness filter over what is heard; its report is JSON on stderr. */
export function loudnessCommand(sound: MixedSound, seconds: number, target: number): string[] {
  const filters = [`${loudnorm(target)}:print_format=json`];
  return build(
    [...QUIET.filter((word) => word !== 'warning' && word !== '-loglevel'), ...FILE_INPUT],
    fileUrl(sound.path),
    [
      ...musicInput(sound),
      ...['-filter_complex', soundGraph(sound, { first: 0, seconds, filters })],
      ...['-map', '[sound]', '-f', 'null'],
    ],
    'pipe:1',
  );
}

function loudnorm(target: number): string {
  return `loudnorm=I=${target}:TP=-1.5:LRA=11`;
}

function soundSettings({ format, seconds, loudness, sound }: RenderCommand): string[] {
  const filters: string[] = [];
  if (loudness) {
    const { target, measured } = loudness;
    filters.push(
      `${loudnorm(target)}:linear=true:measured_I=${measured.input_i}` +
        `:measured_TP=${measured.input_tp}:measured_LRA=${measured.input_lra}` +
        `:measured_thresh=${measured.input_thresh}:offset=${measured.target_offset}`,
    );
  }
  const codec = {
    mp4: ['-c:a', 'aac', '-b:a', '160k'],
    mov: ['-c:a', 'pcm_s16le'],
    webm: ['-c:a', 'libopus', '-b:a', '128k'],
    png: [],
  }[format];
  const graph = soundGraph(sound, { first: 1, seconds, filters });
  return ['-filter_complex', graph, '-map', '[sound]', ...codec, '-flags:a', '+bitexact'];
}

function soundInputs(sound: MixedSound): string[] {
  return [...FILE_INPUT, '-i', fileUrl(sound.path), ...musicInput(sound)];
}

function musicInput({ music }: MixedSound): string[] {
  return music === undefined ? [] : [...FILE_INPUT, ...ROUND_AND_ROUND, '-i', fileUrl(music)];
}

/** One layout for all: the loudness filter, ProRes and odd recordings don't agree on others. */
const LAYOUT = 'aformat=sample_rates=48000:channel_layouts=stereo';
/** Music that the result's end cuts off goes softly. */
const FADE_SECONDS = 1.5;

/** From the inputs, of which the voice is number `first`, to `[sound]`, which lasts `seconds`. */
function soundGraph(
  { noiseDb, music }: MixedSound,
  {
    first,
    seconds,
    filters,
  }: { readonly first: number; readonly seconds: number; readonly filters: readonly string[] },
): string {
  const length = [`apad=whole_dur=${seconds}`, `atrim=0:${seconds}`];
  const voice = `[${first}:a:0]${[...cleaning(noiseDb), LAYOUT].join(',')}`;
  const end = [...filters, LAYOUT, ...length].join(',');
  if (music === undefined) return `${voice},${end}[sound]`;
  const fade = `afade=t=out:st=${Math.max(0, seconds - FADE_SECONDS)}:d=${FADE_SECONDS}`;
  return [
    `${voice},${length.join(',')}[voice]`,
    `[${first + 1}:a:0]${LAYOUT},volume=${MUSIC_GAIN},${fade}[music]`,
    `[voice][music]amix=inputs=2:duration=first:normalize=0,${knee()},${end}[sound]`,
  ].join(';');
}

/** As `softened` of music/sound-mix.ts, in stereo. */
function knee(): string {
  const rest = 1 - MUSIC_KNEE;
  const of = (sample: string): string =>
    `if(gt(abs(${sample}),${MUSIC_KNEE}),` +
    `sgn(${sample})*(${MUSIC_KNEE}+${rest}*tanh((abs(${sample})-${MUSIC_KNEE})/${rest})),${sample})`;
  return `aeval=exprs='${of('val(0)')}|${of('val(1)')}':c=same`;
}

export function pictureSettings(format: RenderFormat): string[] {
  // What editors expect is straight alpha; the drawing's is premultiplied.
  const straight = (then: string): string[] => [
    '-vf',
    `format=gbrap,unpremultiply=inplace=1,${then}`,
  ];
  const bt709 = 'scale=out_color_matrix=bt709:out_range=tv';
  const tags = ['-color_primaries', 'bt709', '-color_trc', 'bt709'];
  const matrix = [...tags, '-colorspace', 'bt709', '-color_range', 'tv'];
  switch (format) {
    case 'mp4':
      return [
        // As good as veryfast at crf 18 on drawn hosts, for three quarters of its time; without
        // macroblock trees it would need more than twice the bits, and weighted prediction gives
        // them nothing.
        ...['-c:v', 'libx264', '-preset', 'superfast', '-crf', '17', '-pix_fmt', 'yuv420p'],
        ...['-x264-params', 'mbtree=1:rc-lookahead=10:weightp=0'],
        // The drawing has the other cores; with more threads the same bits take more of them.
        ...['-threads:v', String(Math.max(1, availableParallelism() >> 1))],
        ...[...matrix, '-movflags', '+faststart'],
      ];
    case 'mov':
      return [
        ...straight(`${bt709},format=yuva444p10le`),
        ...['-c:v', 'prores_ks', '-profile:v', '4444', '-vendor', 'apl0', ...matrix],
      ];
    case 'webm':
      return [
        ...straight(`${bt709},format=yuva420p`),
        ...['-c:v', 'libvpx-vp9', '-auto-alt-ref', '0', '-b:v', '0', '-crf', '24'],
        ...['-deadline', 'good', '-cpu-used', '5', '-row-mt', '1', ...matrix],
      ];
    case 'png':
      return [...straight('format=rgba'), '-c:v', 'png', '-f', 'image2'];
    default:
      return format satisfies never;
  }
}
