/** What axe-core finds on a page in real Chromium; by the rules of WCAG 2.2 A and AA. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

type Found = {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
};

/**
 * One line for each element that somebody could not use; empty where all is well. `only`: tags, or one
 * rule by name.
 */
export async function seriousFaults(
  page: Page,
  only: readonly string[] = TAGS,
): Promise<readonly string[]> {
  // Not as a script of the page: its policy allows none of others'.
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(await readFile(AXE, 'utf8'));
  // What is fading in has less contrast than it will have.
  await page.evaluate('Promise.all(document.getAnimations().filter(({ effect }) => effect.getTiming().iterations !== Infinity).map(({ finished }) => finished.catch(() => 0)))'); // prettier-ignore
  const found = await page.evaluate<readonly Found[]>(
    `axe.run(document, { runOnly: ${JSON.stringify(only)}, resultTypes: ['violations'], preload: false })
       .then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })) })))`, // prettier-ignore
  );
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(
        ({ html, failureSummary }) =>
          `${id}: ${html.replace(/class="[^"]*"/g, '').slice(0, 200)}: ${failureSummary}`,
      ),
    );
}
