/** What nvidia-smi's tables say (`--format=csv,noheader,nounits`): a line for each GPU. Pure. */

/**
 * The columns of the first GPU that tells any of them. null: what it doesn't tell, as `[N/A]` while it
 * is divided (MIG), or memory where that is the machine's own. Undefined: no GPU tells anything.
 */
export function firstGpu(table: string): readonly (number | null)[] | undefined {
  return table
    .split('\n')
    .map((line) => line.split(',').map(numberOf))
    .find((columns) => columns.some((value) => value !== null));
}

/** `Number` takes an empty column for zero. */
function numberOf(column: string): number | null {
  const text = column.trim();
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}
