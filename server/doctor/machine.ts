/** The machine itself: Node.js, processor, memory, GPU, ports, the data folder. */
import { createSocket } from 'node:dgram';
import { access, constants, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import type { DoctorItem } from './report.ts';
import { probeProgram } from './probe.ts';

const GIB = 2 ** 30;
const OLDEST_NODE = 24;

export function examineNode(): DoctorItem {
  const ok = Number(process.versions.node.split('.')[0]) >= OLDEST_NODE;
  const item = { name: 'node', ok, required: true, detail: process.version };
  return ok ? item : { ...item, hint: `run \`node setup.mjs\`: it brings Node.js ${OLDEST_NODE}` };
}

export async function examineHardware(): Promise<DoctorItem[]> {
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  const free = (freemem() / GIB).toFixed(1);
  const total = (totalmem() / GIB).toFixed(1);
  return [
    { name: 'cpu', ok: true, required: false, detail: `${model}, ${availableParallelism()} cores` },
    { name: 'memory', ok: true, required: false, detail: `${free} of ${total} GiB free` },
    await examineGpu(),
  ];
}

async function examineGpu(): Promise<DoctorItem> {
  const query = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader'];
  const probe = await probeProgram('nvidia-smi', query);
  const gpus = probe.stdout.trim().split('\n').join('; ');
  const ok = probe.code === 0 && gpus !== '';
  return { name: 'gpu', ok, required: false, detail: ok ? gpus : 'no NVIDIA GPU (not needed)' };
}

export type Door = {
  /** The setting that moves it. */
  readonly setting: string;
  readonly host: string;
  readonly port: number;
  /** WebRTC media needs both transports on one port. */
  readonly udp: boolean;
};

/** A taken port is not an error: the running server may be the one that has it. */
export async function examinePort({ setting, host, port, udp }: Door): Promise<DoctorItem> {
  const problems = [await bindTcp(host, port), udp ? await bindUdp(host, port) : undefined];
  const problem = problems.find((code) => code !== undefined);
  const name = `port ${port}`;
  if (problem === undefined) return { name, ok: true, required: false, detail: 'free' };
  const detail = problem === 'EADDRINUSE' ? 'taken' : `can't be opened on ${host}: ${problem}`;
  const hint = `unless Posecast is running: choose another with ${setting}`;
  return { name, ok: false, required: false, detail, hint };
}

export async function examineDataFolder(folder: string): Promise<DoctorItem> {
  const item = { name: 'data folder', required: true };
  try {
    const existing = await nearestExisting(folder);
    if (!(await stat(existing)).isDirectory()) throw new Error(`${existing} is not a folder`);
    await access(existing, constants.W_OK);
    return { ...item, ok: true, detail: folder };
  } catch (error) {
    const hint = 'choose another with POSECAST_DATA';
    return { ...item, ok: false, detail: `${folder}: ${codeOf(error)}`, hint };
  }
}

/** The folder itself is made at the first start; until then its nearest ancestor decides. */
async function nearestExisting(folder: string): Promise<string> {
  try {
    await access(folder);
    return folder;
  } catch {
    const parent = dirname(folder);
    return parent === folder ? folder : nearestExisting(parent);
  }
}

/** Error code of a TCP listen, or undefined when the port is free. */
function bindTcp(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error) => resolve(codeOf(error)));
    server.listen({ host, port, exclusive: true }, () => {
      server.close(() => resolve(undefined));
    });
  });
}

function bindUdp(host: string, port: number): Promise<string | undefined> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  return new Promise((resolve) => {
    socket.once('error', (error) => {
      socket.close();
      resolve(codeOf(error));
    });
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.close(() => resolve(undefined));
    });
  });
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
}
