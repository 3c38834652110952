/**
 * `posecast doctor`: tries everything that a broadcast stands on and says what works, what doesn't
 * and what to do. It changes nothing and opens nothing for longer than the trial.
 */
import { join } from 'node:path';
import { examineCaptions } from './captions.ts';
import { examineFfmpeg } from './encoders.ts';
import {
  examineBrowser,
  examineInference,
  examineMediasoup,
  examineModels,
  examinePanel,
} from './installation.ts';
import {
  examineDataFolder,
  examineHardware,
  examineNode,
  examinePort,
  type Door,
} from './machine.ts';
import { reportOf, type DoctorReport } from './report.ts';

export { formatReport, type DoctorItem, type DoctorReport } from './report.ts';

export type DoctorOptions = {
  /** Folder of the installation, with node_modules. */
  readonly root: string;
  readonly modelsDir: string;
  /** The built panel. */
  readonly webDir: string;
  readonly dataDir: string;
  readonly modelManifest: string;
  readonly host: string;
  readonly port: number;
  readonly rtcPort: number;
  readonly rtmpPort: number;
  /** Program name or path. */
  readonly ffmpeg: string;
  /** The programs' search path (PATH). */
  readonly searchPath: string;
  /** Set when another mediasoup worker is used than the installed one. */
  readonly workerBin?: string;
  /** Set when another browser is used than the one on the search path. */
  readonly chromium?: string | undefined;
};

/** Takes some seconds: every encoder encodes, every inference provider runs a model. */
export async function runDoctor(options: DoctorOptions): Promise<DoctorReport> {
  const { root, modelsDir } = options;
  const model = join(modelsDir, 'lipsync', 'lipsync.onnx');
  const groups = await Promise.all([
    examineHardware(),
    examineFfmpeg(options.ffmpeg),
    examineMediasoup(root, options.workerBin),
    examineInference(root, model),
    examineModels(modelsDir),
    examinePanel(options.webDir),
    examineCaptions(options),
    examineBrowser(options.searchPath, options.chromium),
    Promise.all(doorsOf(options).map(examinePort)),
    examineDataFolder(options.dataDir),
  ]);
  return reportOf([examineNode(), ...groups.flat()]);
}

function doorsOf({ host, port, rtcPort, rtmpPort }: DoctorOptions): Door[] {
  return [
    { setting: 'POSECAST_PORT', host, port, udp: false },
    { setting: 'POSECAST_RTC_PORT', host, port: rtcPort, udp: true },
    { setting: 'POSECAST_RTMP_PORT', host, port: rtmpPort, udp: false },
  ];
}
