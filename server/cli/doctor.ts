/** `posecast doctor`: what is installed, what works, and what is missing. */
import { ROOT, type Config } from '../config.ts';
import { formatReport, runDoctor } from '../doctor/doctor.ts';

export async function doctor(config: Config, json: boolean): Promise<void> {
  const report = await runDoctor({ ...config, root: ROOT });
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${formatReport(report)}\n`);
  if (!report.ok) process.exitCode = 1;
}
