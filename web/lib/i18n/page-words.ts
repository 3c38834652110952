/**
 * The words of pages beyond the first screen, together with those of the first. Fetched once for each
 * language, when a page first asks. Owned by the PreferencesProvider.
 */
import {
  loadDictionary,
  loadPageDictionary,
  type Dictionary,
  type Language,
  type PageDictionary,
} from './index.ts';

export type WholeDictionary = Dictionary & PageDictionary;

export class PageWords {
  readonly #loaded = new Map<Language, WholeDictionary>();
  readonly #loads = new Map<Language, Promise<WholeDictionary>>();

  /** Whether a page has asked: another language then has to bring these words too. */
  get wanted(): boolean {
    return this.#loads.size > 0;
  }

  /** null until they are here. */
  now(language: Language): WholeDictionary | null {
    return this.#loaded.get(language) ?? null;
  }

  /** The same promise for everybody who asks; what failed is asked for anew. */
  load(language: Language): Promise<WholeDictionary> {
    const begun = this.#loads.get(language);
    if (begun) return begun;
    const load = Promise.all([loadDictionary(language), loadPageDictionary(language)]).then(
      ([first, pages]) => ({ ...first, ...pages }),
    );
    this.#loads.set(language, load);
    load.then(
      (words) => this.#loaded.set(language, words),
      () => this.#loads.delete(language),
    );
    return load;
  }
}
