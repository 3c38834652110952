/** Where times lie on the timeline, and which time lies under the pointer. */
import type { PointerEvent, RefObject } from 'react';
import type { EditorView } from '../../lib/editor/editor.ts';

/** The stretch of the screen that shows the whole template. */
export type Place = RefObject<HTMLDivElement | null>;

export function share(t: number, { template }: EditorView): string {
  return `${(100 * t) / template.seconds}%`;
}

export function timeUnder(event: PointerEvent, place: Place, { template }: EditorView): number {
  const bounds = place.current?.getBoundingClientRect();
  if (!bounds) return 0;
  return ((event.clientX - bounds.left) / bounds.width) * template.seconds;
}
