'use client';
import {
  createContext,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useState,
  type ReactNode,
} from 'react';
import {
  chooseLanguage,
  HTML_LANGUAGE,
  loadDictionary,
  type Dictionary,
  type Language,
} from './i18n/index.ts';
import { PageWords, type WholeDictionary } from './i18n/page-words.ts';
import { recall, remember } from './storage.ts';

export type Theme = 'light' | 'dark';

type Preferences = {
  readonly language: Language;
  readonly theme: Theme;
  readonly t: Dictionary;
  readonly pageWords: PageWords;
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
  const [pageWords] = useState(() => new PageWords());
  const t = useWords(language, pageWords);
  // Before anything below looks up a colour.
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  useSystemTheme(setTheme);
  const value = useMemo<Preferences | null>(
    () =>
      t && {
        language: t.language,
        theme,
        t: t.words,
        pageWords,
        setLanguage: (next) => {
          remember('language', next);
          setLanguage(next);
        },
        setTheme: (next) => {
          remember('theme', next);
          setTheme(next);
        },
      },
    [t, theme, pageWords],
  );
  return value && <Context value={value}>{children}</Context>;
}

type Words = { readonly language: Language; readonly words: Dictionary };

/** The words of a language; until another one's are there, those from before. null at first. */
function useWords(language: Language, pageWords: PageWords): Words | null {
  const [loaded, setLoaded] = useState<Words | null>(null);
  useEffect(() => {
    let wanted = true;
    // All of it at once, or a page that is open would vanish until its own are here.
    const load = pageWords.wanted ? pageWords.load(language) : loadDictionary(language);
    void load.then((words) => {
      if (!wanted) return;
      document.documentElement.lang = HTML_LANGUAGE[language];
      setLoaded({ language, words });
    });
    return () => void (wanted = false);
  }, [language, pageWords]);
  return loaded;
}

export function usePreferences(): Preferences {
  const value = useContext(Context);
  if (value === null) throw new Error('usePreferences is used outside of PreferencesProvider.');
  return value;
}

/** The words of the first screen in the chosen language. */
export const useText = (): Dictionary => usePreferences().t;

/** With the words of all other pages; suspends until those are here. */
export function usePagePreferences(): Preferences & { readonly t: WholeDictionary } {
  const preferences = usePreferences();
  const { language, pageWords } = preferences;
  const t = pageWords.now(language);
  // Suspends as `use` does, which breaks the hooks that come after it in some components (React's error 467).
  // eslint-disable-next-line @typescript-eslint/only-throw-error
  if (!t) throw pageWords.load(language);
  return { ...preferences, t };
}

export const usePageText = (): WholeDictionary => usePagePreferences().t;

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
