/** Summaries of a library like the built-in one, for tests of what only reads them. */
import { TemplateSummary } from '../../server/protocol/template.ts';

const TWO_ARMS =
  'clap heart shrug welcome cheer surprise laugh sad angry refuse lecture-a lecture-b lecture-c ' +
  'lecture-d dance-sway dance-arm-wave dance-bounce dance-disco';
const RIGHT_ARM =
  'wave wave-big point-right point-up point-at count-one count-two count-three count-four ' +
  'count-five thumbs-up thumbs-down think invite fist-pump hand-on-heart listen salute peace';
const LEFT_ARM = 'point-left';
const HEAD = 'bow nod nod-double shake-head look-around';

export function templateSummary(
  change: Partial<TemplateSummary> & { readonly id: string },
): TemplateSummary {
  const en = change.id.replaceAll('-', ' ');
  return TemplateSummary.parse({
    title: { en, zh: '' },
    seconds: 2,
    builtIn: true,
    parts: ['head'],
    ...(change.id === 'point-at' && { aim: 'rightHand' }),
    ...change,
  });
}

export function templateSummaries(): TemplateSummary[] {
  const all = (ids: string, parts: string[]) =>
    ids.split(' ').map((id) => templateSummary({ id: id as TemplateSummary['id'], parts }));
  return [
    ...all(TWO_ARMS, ['torso', 'leftArm', 'rightArm']),
    ...all(RIGHT_ARM, ['rightArm', 'rightHand']),
    ...all(LEFT_ARM, ['leftArm', 'leftHand']),
    ...all(HEAD, ['head', 'torso']),
  ];
}
