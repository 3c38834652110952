/** What of `motion:state` the panel shows as playing. Pure. */
import type { MotionState, TemplateId } from '../../server/protocol/index.ts';

export type Playing = {
  readonly template: TemplateId;
  /** Whose it is, from 0; 0 also stands for all that move together. */
  readonly avatar: number;
};

/** Each template once for each avatar that plays it. */
export function nowPlaying(steps: MotionState['playing']): readonly Playing[] {
  const found = new Map<string, Playing>();
  for (const { template, avatar } of steps) {
    found.set(`${avatar} ${template}`, { template: template as TemplateId, avatar });
  }
  return [...found.values()];
}

export function samePlaying(a: readonly Playing[], b: readonly Playing[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ template, avatar }, i) => template === b[i]!.template && avatar === b[i]!.avatar)
  );
}
