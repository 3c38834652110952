/**
 * What captions need and whether it is here: the package that a person installs, and the model of
 * the manifest. Nothing is loaded to find out.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ModelName, type ModelStatus } from '../protocol/model.ts';
import type { RecogniserSettings } from './recogniser.ts';

const PACKAGE = 'sherpa-onnx-node';
/** The version that this was tried with. */
const VERSION = '1.13.8';

const ENCODER = ModelName.parse('moonshine-tiny-en-encoder');
const DECODER = ModelName.parse('moonshine-tiny-en-decoder');
const TOKENIZER = ModelName.parse('moonshine-tiny-en-tokenizer');

/** What is needed of the downloadable models. */
export interface CaptionsModels {
  list(): Promise<readonly Pick<ModelStatus, 'name' | 'state'>[]>;
  file(name: ModelName): Promise<string>;
}

export type Installation =
  | { readonly state: 'here'; readonly settings: RecogniserSettings; readonly reason: '' }
  | { readonly state: 'no-package' | 'no-model'; readonly reason: string };

/** The command that installs the package where `npm ci` doesn't take it away again. */
export function installCommand(dataDir: string): string {
  return `npm install --ignore-scripts --prefix ${join(dataDir, 'captions')} ${PACKAGE}@${VERSION}`;
}

/** `folders`: where a package may be installed besides the data folder, such as the product's. */
export async function findCaptions(house: {
  readonly dataDir: string;
  readonly folders: readonly string[];
  readonly models: CaptionsModels;
}): Promise<Installation> {
  const { dataDir, folders, models } = house;
  const workDir = join(dataDir, 'captions');
  const packageFile = findPackage([workDir, ...folders]);
  if (packageFile === undefined) {
    const reason = `Captions need the package ${PACKAGE}: ${installCommand(dataDir)}`;
    return { state: 'no-package', reason };
  }
  const ready = new Set(
    (await models.list()).filter(({ state }) => state === 'ready').map(({ name }) => name),
  );
  if (![ENCODER, DECODER, TOKENIZER].every((name) => ready.has(name))) {
    const reason = 'Captions need their model (72 MB): npx posecast models pull captions';
    return { state: 'no-model', reason };
  }
  const [encoder, decoder, tokenizer] = await Promise.all([
    models.file(ENCODER),
    models.file(DECODER),
    models.file(TOKENIZER),
  ]);
  const settings = { packageFile, encoder, decoder, tokenizer, workDir };
  return { state: 'here', settings, reason: '' };
}

function findPackage(folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    try {
      return createRequire(join(folder, 'package.json')).resolve(PACKAGE);
    } catch {
      // Not there: the next folder.
    }
  }
  return undefined;
}
