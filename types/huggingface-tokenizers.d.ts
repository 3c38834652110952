/** The package's own declarations import each other without extensions, which NodeNext can't follow. */
declare module '@huggingface/tokenizers' {
  export class Tokenizer {
    /** What tokenizer.json and tokenizer_config.json hold. Throws for what it can't read. */
    constructor(tokenizer: object, config: object);
    encode(text: string): { readonly ids: readonly number[] };
  }
}
