// A reporter for `node --test` that writes the counts of the whole run as JSON, so that the suites
// can be summed up.

/** @param {AsyncIterable<{ type: string, data: any }>} events */
export default async function* testCounts(events) {
  for await (const { type, data } of events) {
    // Each file has a summary of its own; the run's has no file.
    if (type !== 'test:summary' || data.file) continue;
    yield JSON.stringify({ ...data.counts, durationMs: data.duration_ms });
  }
}
