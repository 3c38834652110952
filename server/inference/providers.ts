/**
 * Execution providers: which there are for a device that was asked for, what onnxruntime calls
 * them, and which devices `auto` tries on this machine. Reads the file system, opens nothing.
 */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Device, Provider } from '../protocol/device.ts';

/** How a thread's networks are to run. */
export type Compute = {
  readonly device: Device;
  /** Whether heavy operators may run elsewhere than on the device. */
  readonly allowFallback: boolean;
  /** Where programs are looked for (PATH): nvidia-smi. */
  readonly searchPath: string;
  /** Whether to find out which provider computes what, also on the CPU; for measurements. */
  readonly profile?: boolean;
  /** Whether sessions share runs on the CPU too, where it saves nothing: for tests and measurements. */
  readonly batchOnCpu?: boolean;
  /** Cores that one network may take on the CPU; 1 unless said otherwise. */
  readonly threads?: number;
};

export const CPU_COMPUTE: Compute = { device: 'cpu', allowFallback: false, searchPath: '' };

/** As the configuration says. */
export function computeOf(config: Compute & { readonly networkThreads: number }): Compute {
  const { device, allowFallback, searchPath, networkThreads } = config;
  return { device, allowFallback, searchPath, threads: networkThreads };
}

/** As onnxruntime's session options want them, best first. */
export const PROVIDER_LISTS: Readonly<Record<Provider, readonly string[]>> = {
  cpu: ['cpu'],
  cuda: ['cuda'],
  // What TensorRT can't compile, CUDA runs: on the same device.
  tensorrt: ['tensorrt', 'cuda'],
  webgpu: ['webgpu'],
  dml: ['dml'],
  coreml: ['coreml'],
};

/** As onnxruntime names the providers of a device in its profiles. */
export const PROVIDER_NAMES: Readonly<Record<Provider, readonly string[]>> = {
  cpu: ['CPUExecutionProvider'],
  cuda: ['CUDAExecutionProvider'],
  tensorrt: ['TensorrtExecutionProvider', 'CUDAExecutionProvider'],
  webgpu: ['WebGpuExecutionProvider'],
  dml: ['DmlExecutionProvider'],
  coreml: ['CoreMLExecutionProvider'],
};

/** What is missing where a provider doesn't come with onnxruntime-node itself. */
export const PROVIDER_HINTS: Readonly<Record<Provider, string>> = {
  cpu: '',
  cuda: `needs an NVIDIA GPU, CUDA 12 with cuDNN 9, and onnxruntime's CUDA library in ${libraryDir()}`,
  tensorrt: `needs an NVIDIA GPU, TensorRT 10, and onnxruntime's TensorRT library in ${libraryDir()}`,
  webgpu: 'needs a GPU with a Vulkan, Metal or Direct3D 12 driver',
  dml: 'is there on Windows alone',
  coreml: 'is there on macOS alone',
};

/** The devices that `auto` tries here, best first; the CPU is always the last. */
export function autoDevices(platform: NodeJS.Platform = process.platform): Provider[] {
  const devices: Provider[] = [];
  if (hasCuda()) devices.push('cuda');
  if (platform === 'win32' || platform === 'darwin' || hasRenderNode()) devices.push('webgpu');
  return [...devices, 'cpu'];
}

/** The devices to try for what was asked for, in this order. */
export function candidates(device: Device): readonly Provider[] {
  return device === 'auto' ? autoDevices() : [device];
}

function hasCuda(): boolean {
  return (
    existsSync('/dev/nvidia0') && existsSync(join(libraryDir(), 'libonnxruntime_providers_cuda.so'))
  );
}

/** Linux' name for a GPU that draws without a screen. */
function hasRenderNode(): boolean {
  try {
    return readdirSync('/dev/dri').some((name) => name.startsWith('renderD'));
  } catch {
    return false;
  }
}

/** Where onnxruntime-node looks for the libraries of further providers. */
function libraryDir(): string {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  return join(dirname(entry), 'bin', 'napi-v6', process.platform, process.arch);
}
