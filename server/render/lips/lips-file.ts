/** What a pack says of its lip networks: their family and which file plays which part. */
import { z } from 'zod';

const Graph = z.string().regex(/^[\w][\w.-]{0,99}\.onnx$/, 'expected the name of an .onnx file');

export const LipsFile = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('wav2lip'), graph: Graph }),
  z.strictObject({ kind: z.literal('ultralight'), graph: Graph, hubert: Graph }),
  z.strictObject({
    kind: z.literal('musetalk'),
    unet: Graph,
    encoder: Graph,
    decoder: Graph,
    whisper: Graph,
    /** Whether the two ends of the VAE multiply and divide by 0.18215 themselves. */
    scalingInside: z.boolean(),
  }),
]);
export type LipsFile = z.infer<typeof LipsFile>;
