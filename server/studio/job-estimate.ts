/** How long background renders take and how large they get, from what earlier ones did. Pure. */
import type { Job, JobLook } from '../protocol/job.ts';

/** Measured with a speaking host at 1280x720 and 25 frames a second; bits a pixel and frame. */
const BITS_A_PIXEL = { mp4: 0.03, webm: 0.02, png: 1.4, mov: 4 } as const;
/** Pictures of the first job: megapixels a second of work, until one has told. */
const FIRST_MEGAPIXELS = { mp4: 60, webm: 12, png: 8, mov: 20 } as const;
const SOUND_BITS = { mp4: 160_000, webm: 128_000, png: 0, mov: 1_536_000 } as const;
const SETUP_SECONDS = 1.5;

type Planned = Pick<Job, 'avatar' | 'look' | 'seconds'>;
type Finished = Planned & Pick<Job, 'state' | 'speed' | 'sizeBytes'>;

export function workSeconds(job: Planned, before: readonly Finished[]): number {
  const { look, seconds } = job;
  const like = alike(job, before).filter(({ speed }) => speed > 0);
  const rate =
    like.length === 0
      ? FIRST_MEGAPIXELS[look.format]
      : median(like.map((job) => job.speed * megapixels(job.look)));
  return SETUP_SECONDS + (seconds * megapixels(look)) / rate;
}

export function sizeBytes(job: Planned, before: readonly Finished[]): number {
  const { look, seconds } = job;
  const like = alike(job, before).filter((each) => each.sizeBytes > 0 && each.seconds > 0);
  const picture = megapixels(look) * 1e6;
  const bits =
    like.length === 0
      ? picture * BITS_A_PIXEL[look.format] + SOUND_BITS[look.format]
      : median(like.map((job) => job.sizeBytes / job.seconds / megapixels(job.look))) *
        megapixels(look) *
        8;
  return Math.round((seconds * bits) / 8);
}

/** Of the same avatar where there are some: one that a network draws takes its own time. */
function alike({ avatar, look }: Planned, before: readonly Finished[]): readonly Finished[] {
  const like = before.filter((job) => job.state === 'done' && job.look.format === look.format);
  const own = like.filter((job) => job.avatar === avatar);
  return own.length > 0 ? own : like;
}

/** Of one second of the result. */
function megapixels({ width, height, fps }: JobLook): number {
  return (width * height * fps) / 1e6;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
