import { useEffect, useRef } from 'react';

/**
 * Keys for the whole page, in lower case ('a', '1', 'escape', 'ctrl+z', 'shift+ctrl+z'), not while
 * somebody types or a dialog is open. The handler says whether the key was its own.
 */
export function useHotkeys(handle: (key: string) => boolean): void {
  const newest = useRef(handle);
  newest.current = handle;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target) || document.querySelector('dialog[open]')) return; // prettier-ignore
      if (newest.current(nameOf(event))) event.preventDefault();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
}

function nameOf({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): string {
  const ctrl = ctrlKey || metaKey;
  const named = key === ' ' ? 'space' : key.toLowerCase();
  // Shift alone only changes the letter.
  const shift = shiftKey && (ctrl || key.length > 1);
  return `${altKey ? 'alt+' : ''}${shift ? 'shift+' : ''}${ctrl ? 'ctrl+' : ''}${named}`;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['radio', 'checkbox', 'range', 'button'].includes(target.type); // prettier-ignore
  return target.isContentEditable || target.tagName === 'TEXTAREA' || target.tagName === 'SELECT';
}
