'use client';
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import {
  chooseLanguage,
  DICTIONARIES,
  HTML_LANGUAGE,
  type Dictionary,
  type Language,
} from './i18n/index.ts';
import { recall, remember } from './storage.ts';

export type Theme = 'light' | 'dark';

type Preferences = {
  readonly language: Language;
  readonly theme: Theme;
  readonly t: Dictionary;
  readonly setLanguage: (language: Language) => void;
  readonly setTheme: (theme: Theme) => void;
};

const Context = createContext<Preferences | null>(null);

/**
 * Language and theme of this browser. Rendered only in the browser (see ClientOnly), so the first
 * picture already has both.
 */
export function PreferencesProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() =>
    chooseLanguage(recall('language'), navigator.language),
  );
  const [theme, setTheme] = useState<Theme>(() =>
    document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light',
  );
  useEffect(() => {
    document.documentElement.lang = HTML_LANGUAGE[language];
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  useSystemTheme(setTheme);
  const value = useMemo<Preferences>(
    () => ({
      language,
      theme,
      t: DICTIONARIES[language],
      setLanguage: (next) => {
        remember('language', next);
        setLanguage(next);
      },
      setTheme: (next) => {
        remember('theme', next);
        setTheme(next);
      },
    }),
    [language, theme],
  );
  return <Context value={value}>{children}</Context>;
}

export function usePreferences(): Preferences {
  const value = useContext(Context);
  if (value === null) throw new Error('usePreferences is used outside of PreferencesProvider.');
  return value;
}

/** The words of the chosen language. */
export const useText = (): Dictionary => usePreferences().t;

/** Follows the system for as long as nobody chose here. */
function useSystemTheme(setTheme: (theme: Theme) => void): void {
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => {
      if (recall('theme') === null) setTheme(dark.matches ? 'dark' : 'light');
    };
    dark.addEventListener('change', follow);
    return () => dark.removeEventListener('change', follow);
  }, [setTheme]);
}
