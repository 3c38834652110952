/** `posecast bench`: measures this machine. */
import { join } from 'node:path';
import { benchDraw, type DrawBench } from '../bench/draw.ts';
import { benchInference, formatInference } from '../bench/inference.ts';
import { benchLips, formatLips } from '../bench/lips.ts';
import { benchLive } from '../bench/live.ts';
import { benchMotion } from '../bench/motion.ts';
import { formatLive } from '../bench/live-table.ts';
import { benchOutputs, formatOutputs } from '../bench/outputs.ts';
import { benchRender, formatRender } from '../bench/render.ts';
import type { Config } from '../config.ts';
import { AppError } from '../core/errors.ts';
import { createLog } from '../core/log.ts';
import { Device, DEVICES } from '../protocol/device.ts';

export type BenchOptions = {
  readonly json: boolean;
  readonly data?: string;
  readonly seconds?: number;
  readonly pack?: string;
  readonly device?: string;
  readonly torch?: string;
  readonly sessions?: number;
  readonly threads?: number;
};

const DEFAULT_SECONDS = 60;
/** For each part of the outputs' bench. */
const OUTPUTS_SECONDS = 15;
const INFERENCE_SECONDS = 5;
const DEFAULT_PACK = 'mira';
/** Times the same networks in PyTorch. */
const TORCH_SCRIPT = join('export', 'bench_torch.py');
const LEAST_SECONDS = 5;

export async function bench(config: Config, what: string, options: BenchOptions): Promise<void> {
  const sampleDir = options.data ?? config.sampleDir;
  switch (what) {
    case 'live':
      return live({ ...config, sampleDir }, options);
    case 'lips': {
      const report = await benchLips({ dataDir: sampleDir });
      print(report, formatLips(report), options.json);
      return;
    }
    case 'draw': {
      const report = await benchDraw(join(config.modelsDir, 'avatars'));
      print(report, report.map(drawLine).join('\n'), options.json);
      return;
    }
    case 'render': {
      const report = await benchRender({ ...config, sampleDir }, stopOnSignals());
      print(report, formatRender(report), options.json);
      return;
    }
    case 'outputs': {
      const seconds = options.seconds ?? OUTPUTS_SECONDS;
      const report = await benchOutputs(config, { seconds, signal: stopOnSignals() });
      print(report, formatOutputs(report), options.json);
      return;
    }
    case 'motion': {
      const report = await benchMotion(config.modelsDir, createLog(config.logLevel));
      print(report, JSON.stringify(report, rounded, 2), options.json);
      return;
    }
    case 'inference':
      return inference(config, options);
    default:
      throw new AppError(
        'bad_request',
        `'${what}' is no bench; there are live, lips, draw, motion, outputs, render and inference`,
      );
  }
}

async function inference(config: Config, options: BenchOptions): Promise<void> {
  const device = Device.safeParse(options.device ?? config.device);
  if (!device.success) {
    const legal = DEVICES.join(', ');
    throw new AppError('bad_request', `'${options.device}' is no device; there are ${legal}`);
  }
  const { modelsDir, dataDir, allowFallback, searchPath } = config;
  const report = await benchInference({
    pack: options.pack ?? DEFAULT_PACK,
    folders: [join(modelsDir, 'avatars'), join(dataDir, 'avatars')],
    compute: {
      ...{ device: device.data, allowFallback, searchPath },
      threads: options.threads ?? config.networkThreads,
    },
    seconds: options.seconds ?? INFERENCE_SECONDS,
    sessions: options.sessions ?? 1,
    torch:
      options.torch === undefined
        ? undefined
        : { python: options.torch, script: join(modelsDir, TORCH_SCRIPT) },
  });
  print(report, formatInference(report), options.json);
}

async function live(config: Config, options: BenchOptions): Promise<void> {
  const seconds = Math.round(options.seconds ?? DEFAULT_SECONDS);
  if (seconds < LEAST_SECONDS) {
    throw new AppError('bad_request', `A run takes at least ${LEAST_SECONDS} seconds`);
  }
  const report = await benchLive(config, {
    seconds,
    signal: stopOnSignals(),
    say: (words) => process.stderr.write(`${words}\n`),
  });
  print(report, formatLive(report), options.json);
}

function stopOnSignals(): AbortSignal {
  const stop = new AbortController();
  const abort = (): void => stop.abort(new AppError('conflict', 'Stopped before the end'));
  process.once('SIGINT', abort).once('SIGTERM', abort);
  return stop.signal;
}

function print(report: unknown, table: string, json: boolean): void {
  process.stdout.write(json ? `${JSON.stringify(report, rounded)}\n` : `${table}\n`);
}

/** Nothing here is measured to more than three digits after the point. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}

function drawLine({ avatar, width, height, drawMs, i420Ms }: DrawBench): string {
  return (
    `${avatar} ${width}x${height}: draw ${drawMs.p50}/${drawMs.p95}/${drawMs.p99} ms, ` +
    `I420 ${i420Ms.p50}/${i420Ms.p95}/${i420Ms.p99} ms (p50/p95/p99)`
  );
}
