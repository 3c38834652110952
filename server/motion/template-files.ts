/** The built-in templates: JSON files in `models/motions/`, checked one by one. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../core/log.ts';
import type { Template } from '../protocol/template.ts';
import { checkTemplate } from './template/check.ts';
import { MotionDataError } from './template/motion-data-error.ts';

/** Every good one, in order of their names; a broken file is named in the log and left out. */
export async function readTemplates(folder: string, log: Logger): Promise<Template[]> {
  const templates: Template[] = [];
  for (const file of await listFiles(folder, log)) {
    try {
      templates.push(await readTemplate(folder, file));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.error({ file: join(folder, file), reason }, 'motion template left out');
    }
  }
  return templates;
}

async function listFiles(folder: string, log: Logger): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  } catch (error) {
    log.error({ folder, err: error }, 'no built-in motion templates');
    return [];
  }
}

/** Throws MotionDataError or SyntaxError. */
async function readTemplate(folder: string, file: string): Promise<Template> {
  const template = checkTemplate(JSON.parse(await readFile(join(folder, file), 'utf8')));
  if (`${template.id}.json` !== file) {
    throw new MotionDataError(`The file ${file} must be named ${template.id}.json after its id`);
  }
  return template;
}
