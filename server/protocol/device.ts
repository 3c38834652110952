/** What networks can run on: an execution provider of onnxruntime, or whichever is best here. */
import { z } from 'zod';

export const PROVIDERS = ['cpu', 'cuda', 'tensorrt', 'webgpu', 'dml', 'coreml'] as const;
export type Provider = (typeof PROVIDERS)[number];
export const DEVICES = ['auto', ...PROVIDERS] as const;
export const Device = z.enum(DEVICES);
export type Device = z.infer<typeof Device>;
