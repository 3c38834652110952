/** Real Chromium with a fake microphone and a fake webcam that play files in a loop. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
];

export type BrowserOptions = {
  /** Mono or stereo PCM; without one, Chromium's own beeps. */
  readonly microphoneWav?: string;
  /** Motion JPEG or y4m, played in a loop as the webcam; without one, Chromium's own picture. */
  readonly cameraVideo?: string;
};

/** POSECAST_CHROMIUM or the distribution's; null where there is none. */
export function findChromium(): string | null {
  const chosen = process.env['POSECAST_CHROMIUM'];
  if (chosen) return chosen;
  return PLACES.find((place) => existsSync(place)) ?? null;
}

export async function openBrowser(options: BrowserOptions = {}): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) {
    throw new Error(`Chromium is missing: looked for POSECAST_CHROMIUM, ${PLACES.join(', ')}`);
  }
  const { microphoneWav, cameraVideo } = options;
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      ...(microphoneWav ? [`--use-file-for-fake-audio-capture=${microphoneWav}`] : []),
      ...(cameraVideo ? [`--use-file-for-fake-video-capture=${cameraVideo}`] : []),
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
}
