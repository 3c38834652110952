'use client';
import { useSyncExternalStore, type ReactNode } from 'react';

const never = () => () => undefined;

/**
 * The exported pages hold only a quiet frame: language, theme and devices are known in the browser
 * alone, and a page that changes its language after the first paint would flicker.
 */
export function ClientOnly({ children }: { readonly children: ReactNode }) {
  const inBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  return inBrowser ? children : null;
}
