/** How near two words are. Pure. */

/** Shorter words are too easily taken for others. */
const SHORTEST = 4;

/** The one known word that is nearest to a misspelt one; undefined when none or several are. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  if (!/^[a-z]+$/.test(word) || word.length < SHORTEST) return undefined;
  const allowed = word.length < 8 ? 1 : 2;
  let best: string | undefined;
  let least = allowed + 1;
  let tied = false;
  for (const candidate of known) {
    // People misspell the middle of a word, rarely its first letter.
    if (candidate[0] !== word[0] || Math.abs(candidate.length - word.length) > allowed) continue;
    const distance = editDistance(word, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
      tied = false;
    } else if (distance === least) tied = true;
  }
  return tied ? undefined : best;
}

/**
 * Letters to add, drop, change or swap with their neighbour to make one word of the other: optimal
 * string alignment, https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance
 */
export function editDistance(a: string, b: string): number {
  let twoBack: number[] = [];
  let before: number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = before[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(before[j]! + 1, row[j - 1]! + 1, change);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) least = Math.min(least, twoBack[j - 2]! + 1);
      row.push(least);
    }
    twoBack = before;
    before = row;
  }
  return before[b.length]!;
}

/** Share of letter pairs two texts have in common, 0..1 (Dice); each as its `pairsOf`. */
export function likeness(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  const rest = [...b];
  let shared = 0;
  for (const pair of a) {
    const at = rest.indexOf(pair);
    if (at < 0) continue;
    shared += 1;
    rest.splice(at, 1);
  }
  return (2 * shared) / (a.length + b.length);
}

/** Pairs of Latin letters, and Chinese characters, which say as much by themselves. */
export function pairsOf(text: string): string[] {
  const found = text.matchAll(/\p{Script=Han}|[a-z](?=([a-z]))/gu);
  return Array.from(found, ([letter, next = '']) => letter + next);
}
