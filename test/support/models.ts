/**
 * MediaPipe's models out of the sample data: a mirror folder and a manifest with the sums of what
 * lies there, since the sample bundles are not byte-equal to the official downloads.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sharedFile, type SharedFile } from './shared-data.ts';

export const SAMPLE_MODEL: SharedFile = sharedFile('mediapipe/pose_landmarker_lite.task');

const SAMPLES = [
  { name: 'pose-landmarker-lite', purpose: 'body', file: 'pose_landmarker_lite.task' },
  { name: 'face-landmarker', purpose: 'face', file: 'face_landmarker.task' },
];
/** Named and nowhere to be had: what a server without a way to the internet sees. */
const ABSENT = {
  name: 'hand-landmarker',
  purpose: 'hands',
  file: 'hand_landmarker.task',
  sizeBytes: 7_819_105,
  sha256: 'fbc2a30080c3c557093b5ddfc334698132eb341044ccee322ccf8bcf3607cde1',
};

/** Writes the manifest into `folder`; resolves to the settings for a server. */
export async function sampleModels(folder: string): Promise<Record<string, string>> {
  const mirror = dirname(SAMPLE_MODEL.path);
  const found = await Promise.all(
    SAMPLES.map(async (sample) => {
      const bytes = await readFile(join(mirror, sample.file));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { ...sample, sizeBytes: bytes.length, sha256 };
    }),
  );
  const models = [...found, ABSENT].map((model) => ({
    ...model,
    url: `https://models.invalid/${model.file}`,
    licence: 'Apache-2.0',
    author: 'Google (MediaPipe)',
  }));
  const manifest = join(folder, 'models.json');
  await writeFile(manifest, JSON.stringify({ format: 'posecast-models', version: 1, models }));
  return { POSECAST_MODEL_MANIFEST: manifest, POSECAST_MODEL_MIRROR: mirror };
}
