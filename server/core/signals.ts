/** Ctrl-C and SIGTERM: the first ends in order, the second at once. */
export function endOnSignals(close: () => Promise<void>): void {
  let ending = false;
  const end = (): void => {
    if (ending) process.exit(130);
    ending = true;
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`Posecast did not end cleanly: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}
