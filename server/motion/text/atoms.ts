/**
 * A sentence cut into atoms: a Latin word, a number, one Chinese character or a punctuation mark,
 * each with its place in the sentence. Pure.
 */

export type Atom = {
  /** What is compared: lower case, simplified characters, English words without their endings. */
  readonly key: string;
  /** As it was written, in lower case. */
  readonly word: string;
  readonly from: number;
  readonly to: number;
};

/** Traditional character -> simplified, or any other character to be read as another. */
export type Spelling = ReadonlyMap<string, string>;

const ATOM = /[a-z']+|\d+|\p{Script=Han}|[^\s]/gu;

/** Positions are UTF-16 indices of `text`. */
export function atomsOf(text: string, spelling: Spelling): Atom[] {
  return [...plain(text).matchAll(ATOM)].map((match) => {
    const word = spelling.get(match[0]) ?? match[0];
    return { key: stem(word), word, from: match.index, to: match.index + match[0].length };
  });
}

/**
 * The English word without -s, -ed, -ing, doubled consonant and silent e, so that wave, waves,
 * waved and waving are one. Rough on purpose: the lexicon goes through the same function.
 */
export function stem(word: string): string {
  if (!/^[a-z']+$/.test(word) || word.length <= 3) return word;
  const bare = word
    .replace(/(?<=..)(?:ing|ed)$/, (end) => (word.length > end.length + 2 ? '' : end))
    .replace(/(?<=(?:s|x|z|ch|sh))es$/, '')
    .replace(/(?<=[^s'])s$/, '');
  return bare.replace(/([b-df-hj-np-rtv-z])\1$/, '$1').replace(/(?<=..)e$/, '');
}

/** Lower case and half-width, with every character still in its place. */
function plain(text: string): string {
  return text
    .replace(/[A-Z\uFF01-\uFF5E\u2019\u2018]/g, (character) => {
      if (character === '\u2019' || character === '\u2018') return "'";
      const code = character.charCodeAt(0);
      const half = code >= 0xff01 ? String.fromCharCode(code - 0xfee0) : character;
      return half.toLowerCase();
    })
    .replace(/(?<=[a-z])-(?=[a-z])/g, ' ');
}
