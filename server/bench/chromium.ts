/**
 * A headless Chromium with a fake microphone, driven through playwright-core, which is a
 * development dependency: whoever measures installs both. Command line only.
 */
import type { Browser, BrowserType } from 'playwright-core';
import type { Config } from '../config.ts';
import { AppError } from '../core/errors.ts';
import { findBrowser } from '../doctor/installation.ts';

/** Throws `missing_dependency` with what to install. */
export async function openChromium(config: Config, microphoneWav: string): Promise<Browser> {
  const executablePath = config.chromium ?? (await findBrowser(config.searchPath));
  if (executablePath === undefined) {
    throw new AppError(
      'missing_dependency',
      'The latency bench drives Chromium, which was not found; install the package chromium, ' +
        'or set POSECAST_CHROMIUM to its program',
    );
  }
  const { chromium } = await loadPlaywright();
  return chromium.launch({
    executablePath,
    // The bench ends it itself, in order.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      '--no-sandbox',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${microphoneWav}`,
      '--autoplay-policy=no-user-gesture-required',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

async function loadPlaywright(): Promise<{ readonly chromium: BrowserType }> {
  try {
    return await import('playwright-core');
  } catch (error) {
    throw new AppError(
      'missing_dependency',
      'The latency bench needs the package playwright-core; run `npm install` with the ' +
        'development dependencies',
      error,
    );
  }
}
