/** Starts the product: opens the app, says where it is, and ends it in order on Ctrl-C. */
import { App } from './app.ts';
import { readConfig } from './config.ts';
import { toAppError } from './core/errors.ts';
import { endOnSignals } from './core/signals.ts';

try {
  const app = await App.open(readConfig());
  endOnSignals(() => app.close());
  process.stderr.write(`\n  Posecast is ready: ${app.url}\n\n`);
} catch (error) {
  const { code, message } = toAppError(error);
  process.stderr.write(`Posecast can't start (${code}): ${message}\n`);
  process.exitCode = 1;
}
