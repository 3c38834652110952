/**
 * Which provider computes which operator, read from onnxruntime's own profile of one run. An
 * operator that carries the work and fell from the device to another provider makes the picture
 * many times slower without a word; this finds it by name.
 */
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import type { Provider } from '../protocol/device.ts';
import { PROVIDER_NAMES } from './providers.ts';

export type PlacedNode = {
  readonly name: string;
  readonly operator: string;
  readonly provider: string;
  readonly ms: number;
};

/** The operators that carry the work; shapes and indices may be computed anywhere. */
const HEAVY = new Set([
  ...['Conv', 'FusedConv', 'NhwcConv', 'NhwcFusedConv', 'ConvTranspose', 'ConvInteger'],
  ...['QLinearConv', 'MatMul', 'FusedMatMul', 'MatMulInteger', 'QLinearMatMul', 'MatMulNBits'],
  ...['DynamicQuantizeMatMul', 'Gemm', 'FusedGemm', 'Einsum', 'Attention'],
  ...['MultiHeadAttention', 'GroupQueryAttention', 'PackedAttention', 'LSTM', 'GRU'],
  ...['LayerNormalization', 'SkipLayerNormalization', 'GroupNorm', 'SkipGroupNorm'],
  ...['InstanceNormalization', 'Resize', 'GridSample'],
]);

const ProfileEvent = z.object({
  cat: z.string(),
  name: z.string(),
  dur: z.number(),
  args: z.looseObject({ provider: z.string().optional(), op_name: z.string().optional() }),
});

/** The nodes of onnxruntime's profile (a JSON list of events). Throws `internal` for any other text. */
export function readProfile(text: string): PlacedNode[] {
  let events: unknown;
  try {
    events = JSON.parse(text);
  } catch (error) {
    throw new AppError('internal', "onnxruntime's profile can't be read as JSON", error);
  }
  if (!Array.isArray(events)) throw new AppError('internal', "onnxruntime's profile is no list");
  return events.flatMap((event): PlacedNode[] => {
    const parsed = ProfileEvent.safeParse(event);
    if (!parsed.success || parsed.data.cat !== 'Node') return [];
    const { name, dur, args } = parsed.data;
    if (!name.endsWith('_kernel_time') || args.provider === undefined) return [];
    return [
      {
        name: name.slice(0, -'_kernel_time'.length),
        operator: args.op_name ?? '',
        ...{ provider: args.provider, ms: dur / 1000 },
      },
    ];
  });
}

/** Heavy nodes that run elsewhere than on `provider`. */
export function fallenNodes(nodes: readonly PlacedNode[], provider: Provider): PlacedNode[] {
  const own = PROVIDER_NAMES[provider];
  return nodes.filter((node) => HEAVY.has(node.operator) && !own.includes(node.provider));
}

/** Throws `bad_pack` naming the first heavy node that fell from the device. */
export function requirePlacement(
  path: string,
  nodes: readonly PlacedNode[],
  provider: Provider,
): void {
  const fallen = fallenNodes(nodes, provider);
  const [first] = fallen;
  if (!first) return;
  const more = fallen.length > 1 ? ` and ${fallen.length - 1} more` : '';
  throw new AppError(
    'bad_pack',
    `${path}: expected all heavy operators on ${provider}, found ${first.operator} ` +
      `"${first.name}"${more} on ${first.provider}; POSECAST_ALLOW_FALLBACK=on lets it run so.`,
  );
}

/** How many nodes and how much time each provider has. */
export function placementSummary(
  nodes: readonly PlacedNode[],
): Record<string, { nodes: number; ms: number }> {
  const summary: Record<string, { nodes: number; ms: number }> = {};
  for (const { provider, ms } of nodes) {
    const entry = (summary[provider] ??= { nodes: 0, ms: 0 });
    entry.nodes += 1;
    entry.ms += ms;
  }
  return summary;
}
