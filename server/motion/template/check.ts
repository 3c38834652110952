/** The door for templates from outside: files, uploads, the editor. */
import { MAX_TEMPLATE_KEYS, Template } from '../../protocol/template.ts';
import { mapTracks } from './edit.ts';
import { MotionDataError } from './motion-data-error.ts';

/**
 * A template that keeps every promise of its type, with keys in order of time. Throws
 * MotionDataError that names the place and what is expected there.
 */
export function checkTemplate(input: unknown): Template {
  const parsed = Template.safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = issue && issue.path.length > 0 ? `at "${issue.path.join('.')}"` : 'as a whole';
    throw new MotionDataError(`The template ${place}: ${issue?.message ?? 'is invalid'}`);
  }
  const template = parsed.data;
  let keys = 0;
  const tracks = mapTracks(template.tracks, (track) => {
    keys += track.length;
    const late = track.find((key) => key.t > template.seconds);
    if (late) {
      throw new MotionDataError(
        `The template has a key at ${late.t} s and lasts ${template.seconds} s`,
      );
    }
    return [...track].sort((a, b) => a.t - b.t);
  });
  if (keys === 0) throw new MotionDataError('The template has no key in any track');
  if (keys > MAX_TEMPLATE_KEYS) {
    throw new MotionDataError(`The template has ${keys} keys; at most ${MAX_TEMPLATE_KEYS} fit`);
  }
  return { ...template, tracks };
}
