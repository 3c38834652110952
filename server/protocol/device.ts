/** What networks can run on: an execution provider of onnxruntime, or whichever is best here. */
import { z } from 'zod';
import { DEVICES, PROVIDERS } from './words.ts';

export { DEVICES, PROVIDERS };
export type Provider = (typeof PROVIDERS)[number];
export const Device = z.enum(DEVICES);
export type Device = z.infer<typeof Device>;
