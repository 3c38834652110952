/** New, imported and exported templates. Pure. */
import {
  TEMPLATE_FORMAT,
  TEMPLATE_VERSION,
  type Template,
  type TemplateId,
} from '../../server/protocol/index.ts';

const NEW_SECONDS = 2;
const MOST_ID = 60;

/** An id out of a title; the server numbers it where it is taken. */
export function slugOf(title: string): string {
  const slug = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, MOST_ID);
  // Titles without a Latin letter are fine; ids need one.
  return slug || 'gesture';
}

/** Nothing moves yet. */
export function newTemplate(title: string): Template {
  return {
    format: TEMPLATE_FORMAT,
    version: TEMPLATE_VERSION,
    id: slugOf(title) as TemplateId,
    title: { en: title, zh: '' },
    tags: [],
    emotion: 'neutral',
    seconds: NEW_SECONDS,
    loop: false,
    tracks: { body: {}, face: {} },
  };
}

/** Whether a file's name says that it is one of ours or of others' JSON. */
export function isJson(name: string): boolean {
  return /\.json$/i.test(name);
}

/** What is in a file, if it is a template of ours; else null. The server checks the rest. */
export function readTemplate(text: string): unknown {
  try {
    const content: unknown = JSON.parse(text);
    const format = (content as { readonly format?: unknown } | null)?.format;
    return format === TEMPLATE_FORMAT ? content : null;
  } catch {
    return null;
  }
}
