import { useEffect } from 'react';
import type { Deck } from './use-deck.ts';
import { useHotkeys } from './use-hotkeys.ts';
import { useRefreshed } from './use-refreshed.ts';
import { useStore } from './use-store.ts';
import { useStudio } from './use-studio.tsx';
import type { Viewing } from './viewing.ts';

/** Letters and digits play gestures. */
export const TAP_KEY = '.';

/** Every key of the studio, whichever part of it is looked at. */
export function useStudioKeys(viewing: Viewing, deck: Deck): void {
  const { motion, scenes } = useStudio();
  useHotkeys((key) => {
    const hasSlides = (viewing.snapshot.get()?.scene.slides ?? 0) > 0;
    switch (key) {
      case 'escape':
        void motion.stop();
        return true;
      case TAP_KEY:
        void motion.tap();
        return true;
      case 'pagedown':
        if (hasSlides) void scenes.turn('next');
        return hasSlides;
      case 'pageup':
        if (hasSlides) void scenes.turn('previous');
        return hasSlides;
      default:
        return deck.press(key);
    }
  });
  useTriggerKeys();
}

/** Keys that triggers wait for, as they are armed now. */
function useTriggerKeys(): void {
  const { motion, triggers } = useStudio();
  const list = useStore(triggers.list);
  useRefreshed(triggers);
  useEffect(() => {
    const keys = new Set(
      list?.flatMap(({ armed, source }) => (armed && source.kind === 'hotkey' ? [source.key] : [])),
    );
    const listen = (event: KeyboardEvent) => {
      const name = codeOf(event);
      if (keys.has(name)) motion.hotkey(name);
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [motion, list]);
}

/** As in a trigger's source: `Alt+KeyW`. */
function codeOf({ code, ctrlKey, altKey, shiftKey, metaKey }: KeyboardEvent): string {
  const held = [ctrlKey && 'Ctrl', altKey && 'Alt', shiftKey && 'Shift', metaKey && 'Meta'];
  return [...held.filter(Boolean), code].join('+');
}
