/**
 * Both languages, complete by type: a missing or misspelt string is a compile error, and every
 * error code of the protocol has a sentence and a remedy.
 */
import type { RequestErrorCode } from '../request-error.ts';
import type { en } from './en.ts';
import type { enPages } from './en-pages.ts';

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The same keys and the same parameters, with any words. */
type Translated<T> = T extends string
  ? string
  : T extends (...parameters: infer P) => string
    ? (...parameters: P) => string
    : T extends readonly [string, string]
      ? readonly [string, string]
      : { readonly [Key in keyof T]: Translated<T[Key]> };

export type Dictionary = Translated<typeof en> & {
  /** What happened, and what to do. */
  readonly errors: Readonly<Record<RequestErrorCode, readonly [string, string]>>;
};

/** What isn't on the first screen: its words come with the page that shows them. */
export type PageDictionary = Translated<typeof enPages>;

/** One language at a time: a browser loads the words that it shows. */
export async function loadDictionary(language: Language): Promise<Dictionary> {
  switch (language) {
    case 'en':
      return (await import('./en.ts')).en;
    case 'zh':
      return (await import('./zh.ts')).zh;
    default:
      return language satisfies never;
  }
}

export async function loadPageDictionary(language: Language): Promise<PageDictionary> {
  switch (language) {
    case 'en':
      return (await import('./en-pages.ts')).enPages;
    case 'zh':
      return (await import('./zh-pages.ts')).zhPages;
    default:
      return language satisfies never;
  }
}

export const HTML_LANGUAGE: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' };

/** A stored choice wins, then the browser's wish. */
export function chooseLanguage(stored: string | null, wished: string): Language {
  const tag = (stored ?? wished).toLowerCase();
  return tag.startsWith('zh') ? 'zh' : 'en';
}
