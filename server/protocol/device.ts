/** What networks can run on: an execution provider of onnxruntime, or whichever is best here. */
import { z } from 'zod';

export const DEVICES = ['auto', 'cpu', 'cuda', 'tensorrt', 'webgpu', 'dml', 'coreml'] as const;
export const Device = z.enum(DEVICES);
export type Device = z.infer<typeof Device>;
/** One of them, once it is settled which. */
export type Provider = Exclude<Device, 'auto'>;
