/** Summaries of the built-in templates, for tests of what only reads them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkTemplate } from '../../server/motion/template/check.ts';
import { templateParts } from '../../server/motion/template/sample.ts';
import { TemplateSummary } from '../../server/protocol/template.ts';

const FOLDER = join(import.meta.dirname, '../../models/motions');

/** A user's own template that was never drawn. */
export function templateSummary(
  change: Partial<TemplateSummary> & { readonly id: string },
): TemplateSummary {
  const en = change.id.replaceAll('-', ' ');
  const rest = { seconds: 2, builtIn: false, parts: ['head'] };
  return TemplateSummary.parse({ title: { en, zh: '' }, ...rest, ...change });
}

export function templateSummaries(): TemplateSummary[] {
  return readdirSync(FOLDER).map((file) => {
    const template = checkTemplate(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')));
    return TemplateSummary.parse({ ...template, builtIn: true, parts: templateParts(template) });
  });
}
