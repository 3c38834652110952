/** The webcam of this browser: permission, the list of devices, one open track. */
import type { IngestPicture } from './ingest-picture.ts';
import { recall, remember } from './storage.ts';
import { Store } from './store.ts';

export type CameraState = 'idle' | 'asking' | 'ready' | 'refused' | 'missing' | 'busy' | 'insecure';

export type CameraView = {
  readonly state: CameraState;
  readonly devices: readonly { readonly id: string; readonly label: string }[];
  readonly deviceId: string;
  readonly stream: MediaStream | null;
};

/** Among the devices: what OBS or another sender sends to the server. */
export const INGEST_CAMERA = 'ingest';

/** Landmarks need no more, and every pixel costs time. */
const PICTURE = {
  width: { ideal: 640 },
  height: { ideal: 480 },
  frameRate: { ideal: 30, max: 30 },
};

export class Camera {
  /** Where the picture of `INGEST_CAMERA` comes from; null: from nowhere. */
  ingest: (() => Promise<IngestPicture>) | null = null;
  #picture: IngestPicture | null = null;
  readonly view = new Store<CameraView>({ state: 'idle', devices: [], deviceId: '', stream: null });

  /** Asks for permission where needed; the outcome is in `view`, null where there is no picture. */
  async open(deviceId = recall('camera') ?? ''): Promise<MediaStream | null> {
    if (deviceId === INGEST_CAMERA) return this.#openIngest();
    if (!navigator.mediaDevices) {
      this.view.update({ state: 'insecure' });
      return null;
    }
    this.view.update({ state: 'asking' });
    try {
      const stream = await capture(deviceId);
      this.close();
      const track = stream.getVideoTracks()[0];
      track?.addEventListener('ended', () => {
        if (this.view.get().stream === stream) this.view.update({ state: 'missing', stream: null });
      });
      const devices = await listDevices();
      const id = track?.getSettings().deviceId ?? '';
      this.view.update({ state: 'ready', stream, devices, deviceId: id });
      return stream;
    } catch (error) {
      this.close();
      this.view.update({ state: refusal(error) });
      return null;
    }
  }

  async #openIngest(): Promise<MediaStream | null> {
    this.view.update({ state: 'asking' });
    try {
      const picture = await this.ingest?.();
      this.close();
      if (!picture) return null;
      this.#picture = picture;
      const { stream } = picture;
      const devices = navigator.mediaDevices ? await listDevices() : [];
      this.view.update({ state: 'ready', stream, devices, deviceId: INGEST_CAMERA });
      return stream;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  choose(deviceId: string): Promise<MediaStream | null> {
    // Not kept: next time there may be no sender.
    if (deviceId !== INGEST_CAMERA) remember('camera', deviceId);
    return this.open(deviceId);
  }

  /** Ends the track: the camera's lamp goes out. */
  close(): void {
    for (const track of this.view.get().stream?.getTracks() ?? []) track.stop();
    this.#picture?.close();
    this.#picture = null;
    this.view.update({ state: 'idle', stream: null });
  }
}

/** The chosen camera, or any other where that one is gone. */
async function capture(deviceId: string): Promise<MediaStream> {
  const { mediaDevices } = navigator;
  if (!deviceId) return mediaDevices.getUserMedia({ video: PICTURE });
  try {
    const exact = { ...PICTURE, deviceId: { exact: deviceId } };
    return await mediaDevices.getUserMedia({ video: exact });
  } catch (error) {
    if (refusal(error) !== 'missing') throw error;
    return mediaDevices.getUserMedia({ video: PICTURE });
  }
}

async function listDevices(): Promise<CameraView['devices']> {
  const all = await navigator.mediaDevices.enumerateDevices();
  return all
    .filter(({ kind }) => kind === 'videoinput')
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
}

function refusal(error: unknown): CameraState {
  switch (error instanceof Error ? error.name : '') {
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'refused';
  }
}
