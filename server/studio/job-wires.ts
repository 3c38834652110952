/** What the server and the process of a background render tell each other. */
import type { ErrorCode } from '../protocol/errors.ts';
import type { RenderProgress, RenderResult } from './render.ts';
import type { OrderHouse, RenderOrder } from './render-order.ts';

export type JobHouse = OrderHouse & {
  /** `background`: what live sessions leave of the machine. */
  readonly priority: 'background' | 'normal';
};

export type ToJob =
  | { readonly type: 'run'; readonly order: RenderOrder; readonly house: JobHouse }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  | { readonly type: 'cancel' };

export type FromJob =
  | { readonly type: 'progress'; readonly progress: RenderProgress }
  | { readonly type: 'done'; readonly result: RenderResult; readonly peakRssMb: number }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string };
