/**
 * A prompt as the 77 rows of numbers that the networks listen to: CLIP's byte-pair tokens, then its
 * text encoder, once per prompt. The one door to @huggingface/tokenizers. A pack without a text
 * encoder brings the rows of its one prompt.
 */
import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { openGraph, type Graph, type GraphPlace } from '../../inference/graph.ts';
import type { AvatarPack } from '../../inference/pack.ts';
import { filledTensor, floatsOf } from '../../inference/tensors.ts';
import type { Contract } from '../../inference/tensor-contract.ts';
import type { DiffusionFile } from './diffusion-file.ts';

export const TEXT_TOKENS = 77;

const CONTRACT: Contract = {
  inputs: {
    ids: { names: ['input_ids'], at: 0, types: ['int32', 'int64'], shapes: [[1, TEXT_TOKENS]] },
  },
  outputs: {
    states: { names: ['last_hidden_state'], at: 0, shapes: [[1, TEXT_TOKENS, 'width']] },
  },
};

/** What of tokenizer.json is looked at here; the library reads the rest. */
const TokenizerFile = z.looseObject({ model: z.looseObject({ vocab: z.looseObject({}) }) });

export interface PromptEncoder {
  /** Numbers a token becomes. */
  readonly width: number;
  /** 77 * width numbers; throws `conflict` where the pack can't read prompts. */
  encode(prompt: string): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Throws `bad_pack`. */
export async function openPromptEncoder(
  pack: AvatarPack,
  file: DiffusionFile,
  place: GraphPlace,
): Promise<PromptEncoder> {
  const { graphs, tokenizer, embedding, padToken } = file;
  if (graphs.text !== undefined && tokenizer !== undefined) {
    const tokens = new PromptTokens(readTokenizer(pack, tokenizer), padToken);
    return new TextEncoder(tokens, await openGraph(pack, graphs.text, CONTRACT, place));
  }
  return new OnePrompt(pack, embedding ?? '', file.look.prompt);
}

/** CLIP's tokens of a prompt: its beginning, as much of it as fits, its end, filled up. */
export class PromptTokens {
  readonly #tokenizer: Tokenizer;
  readonly #pad: number;

  constructor(tokenizer: Tokenizer, pad: number) {
    this.#tokenizer = tokenizer;
    this.#pad = pad;
  }

  /** 77 tokens; a longer prompt is cut and still ends with its last token. */
  of(prompt: string): number[] {
    const { ids } = this.#tokenizer.encode(prompt);
    const kept = ids.length > TEXT_TOKENS ? [...ids.slice(0, TEXT_TOKENS - 1), ids.at(-1)!] : ids;
    return Array.from({ length: TEXT_TOKENS }, (_, i) => kept[i] ?? this.#pad);
  }
}

function readTokenizer(pack: AvatarPack, name: string): Tokenizer {
  const parsed = TokenizerFile.safeParse(pack.json(name));
  if (!parsed.success) {
    throw new AppError('bad_pack', `${pack.manifest.name}/${name}: expected a tokenizer.json`);
  }
  try {
    return new Tokenizer(parsed.data, {});
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('bad_pack', `${pack.manifest.name}/${name}: ${reason}`, cause);
  }
}

class TextEncoder implements PromptEncoder {
  readonly width: number;
  readonly #tokens: PromptTokens;
  readonly #graph: Graph;

  constructor(tokens: PromptTokens, graph: Graph) {
    this.#tokens = tokens;
    this.#graph = graph;
    this.width = graph.sizes['width'] ?? 0;
  }

  async encode(prompt: string): Promise<Float32Array> {
    const { inputs, outputs, model } = this.#graph;
    const { name, type, shape } = inputs['ids']!;
    const ids = filledTensor(type, shape, 0);
    const tokens = this.#tokens.of(prompt);
    if (ids.data instanceof BigInt64Array) ids.data.set(tokens.map(BigInt));
    else (ids.data as Int32Array).set(tokens);
    const results = await model.run({ [name]: ids });
    return Float32Array.from(floatsOf(results[outputs['states']!.name]!));
  }

  close(): Promise<void> {
    return this.#graph.model.close();
  }
}

class OnePrompt implements PromptEncoder {
  readonly width: number;
  readonly #rows: Float32Array;
  readonly #prompt: string;

  constructor(pack: AvatarPack, name: string, prompt: string) {
    const bytes = pack.file(name);
    const rowBytes = TEXT_TOKENS * 4;
    if (bytes.length === 0 || bytes.length % rowBytes !== 0) {
      throw new AppError(
        'bad_pack',
        `${pack.manifest.name}/${name}: expected 77 rows of float32, found ${bytes.length} bytes`,
      );
    }
    this.#rows = new Float32Array(bytes.slice().buffer);
    this.#prompt = prompt;
    this.width = bytes.length / rowBytes;
  }

  encode(prompt: string): Promise<Float32Array> {
    // Without a prompt there is nothing to tell from: all zeros, as for guidance.
    if (prompt === '') return Promise.resolve(new Float32Array(this.#rows.length));
    if (prompt === this.#prompt) return Promise.resolve(this.#rows);
    const words = 'This avatar has no text encoder, so its prompt stays as it is';
    return Promise.reject(new AppError('conflict', words));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
