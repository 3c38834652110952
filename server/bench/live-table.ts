/** The live bench's report as a table for people. */
import type { Spread } from '../protocol/index.ts';
import type { LiveReport } from './live-types.ts';

export function formatLive(report: LiveReport): string {
  const { machine } = report;
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB; load ${ms(machine.loadBefore, 1)} before, ${ms(machine.loadAfter, 1)} after.`,
    'The browser that measures runs on the same cores and takes most of one: a viewer elsewhere sees no more than this.',
    '',
    `In the browser: ${report.seconds} s, ${report.bursts} bursts of ${report.voice} voice, from the third second on`,
    row('ms', ['p5', 'p50', 'p95']),
    spreadRow('microphone to moving mouth', report.micToViewerMs),
    spreadRow('microphone to sound', report.micToSoundMs),
    spreadRow('floor: mediasoup alone', report.floorMs),
    spreadRow('picture behind sound', report.avOffsetMs),
    spreadRow('joining: first picture', report.joinMs),
    spreadRow('joining: with the page', report.pageToPictureMs),
    '',
    `Frames: ${report.lateFrames} late, ${report.repeatedFrames} repeated, ${report.droppedFrames} dropped; voice packets lost: ${report.packetsLost}`,
    '',
    row('server stages, ms', ['p50', 'p95', 'p99']),
    ...Object.entries({ ...report.stages, 'all, sound to packet': report.pictureLatencyMs }).map(
      ([name, { p50, p95, p99 }]) => row(name, [ms(p50, 1), ms(p95, 1), ms(p99, 1)]),
    ),
    '',
    ...loadLines(report),
  ].join('\n');
}

function loadLines(report: LiveReport): string[] {
  return [
    row('sessions at 512x512', ['late', 'cores', 'MB']),
    ...report.load.map(({ sessions, lateFrames, cpuCores, rssMb }) =>
      row(String(sessions), [String(lateFrames), ms(cpuCores, 2), ms(rssMb)]),
    ),
    '',
    ...Object.entries(report.coresPerSession).map(([size, cores]) =>
      row(`cores for a session at ${size}`, [ms(cores, 2)]),
    ),
    row('sessions at once without a late frame', [String(report.maxSessions)]),
    row('MB for each session', [ms(report.rssPerSessionMb)]),
    row('MB a minute of growth', [ms(report.rssSlopeMbPerMin, 2)]),
    '',
    Object.entries(report.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  ];
}

function spreadRow(label: string, value: Spread | null): string {
  if (value === null) return row(label, ['–', '–', '–']);
  return row(label, [ms(value.p5), ms(value.p50), ms(value.p95)]);
}

function row(label: string, cells: readonly string[]): string {
  return label.padEnd(40) + cells.map((cell) => cell.padStart(9)).join('');
}

function ms(value: number, digits = 0): string {
  return value.toFixed(digits);
}
