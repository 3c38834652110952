/** What `posecast doctor` found, as data and as lines for a terminal. */

export type DoctorItem = {
  readonly name: string;
  readonly ok: boolean;
  /** False for what only some set-ups have: a GPU encoder, a browser for the tests. */
  readonly required: boolean;
  /** What was found, such as a version, or why it doesn't work. */
  readonly detail: string;
  /** What to do about it. */
  readonly hint?: string;
};

export type DoctorReport = {
  /** True when everything required works. */
  readonly ok: boolean;
  readonly items: readonly DoctorItem[];
};

export function reportOf(items: readonly DoctorItem[]): DoctorReport {
  return { ok: items.every((item) => item.ok || !item.required), items };
}

/** One line an item, hints below the items they belong to, the verdict last. */
export function formatReport(report: DoctorReport): string {
  const width = Math.max(...report.items.map((item) => item.name.length));
  const lines = report.items.flatMap((item) => {
    const line = `${mark(item)} ${item.name.padEnd(width)}  ${item.detail}`;
    return item.hint === undefined ? [line] : [line, `  ${' '.repeat(width)}  → ${item.hint}`];
  });
  const broken = report.items.filter((item) => !item.ok && item.required).length;
  const verdict = broken === 0 ? 'Ready to go live.' : `${broken} needed, not working.`;
  return [...lines, '', verdict].join('\n');
}

function mark(item: DoctorItem): string {
  if (item.ok) return '✔';
  return item.required ? '✖' : '–';
}
