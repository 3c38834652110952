/**
 * Whether a pack's networks fit a GPU's memory, before they are loaded: `vramMb` of the pack against
 * what nvidia-smi says is free. Where there is no such program nothing is known and nothing refused.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AppError } from '../core/errors.ts';
import { firstGpu } from '../core/nvidia-smi.ts';
import { deviceFor, type GraphPlace } from './graph.ts';
import type { AvatarPack } from './pack.ts';
import { candidates } from './providers.ts';

const TIMEOUT_MS = 5000;

export type GpuMemory = { readonly freeMb: number; readonly totalMb: number };

/** Memory of the first NVIDIA GPU; undefined without one. `searchPath`: where programs are looked for. */
export async function gpuMemory(searchPath: string): Promise<GpuMemory | undefined> {
  const query = ['--query-gpu=memory.free,memory.total', '--format=csv,noheader,nounits'];
  try {
    const options = {
      env: { PATH: searchPath },
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    } as const;
    const { stdout } = await promisify(execFile)('nvidia-smi', query, options);
    const [freeMb, totalMb] = firstGpu(stdout) ?? [];
    if (typeof freeMb !== 'number' || typeof totalMb !== 'number') return undefined;
    return { freeMb, totalMb };
  } catch {
    // No NVIDIA driver: other GPUs tell nobody how much they have.
    return undefined;
  }
}

/** Throws `over_capacity` when the pack says it needs more than is free. */
export async function requireVram(pack: AvatarPack, { compute, shelf }: GraphPlace): Promise<void> {
  const { vramMb, name } = pack.manifest;
  if (vramMb === 0 || !compute || candidates(deviceFor(pack, compute))[0] === 'cpu') return;
  // What is loaded for another session has its memory already.
  if (Object.values(pack.manifest.files).some(({ sha256 }) => shelf.holds(sha256))) return;
  const memory = await gpuMemory(compute.searchPath);
  if (!memory || memory.freeMb >= vramMb) return;
  throw new AppError(
    'over_capacity',
    `The avatar ${name} needs ${vramMb} MB of the GPU's memory; ` +
      `${memory.freeMb} of ${memory.totalMb} MB are free.`,
  );
}
