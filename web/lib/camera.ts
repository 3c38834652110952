/** The webcam of this browser: permission, the list of devices, one open track. */
import { recall, remember } from './storage.ts';
import { Store } from './store.ts';

export type CameraState = 'idle' | 'asking' | 'ready' | 'refused' | 'missing' | 'busy' | 'insecure';

export type CameraView = {
  readonly state: CameraState;
  readonly devices: readonly { readonly id: string; readonly label: string }[];
  readonly deviceId: string;
  readonly stream: MediaStream | null;
};

/** Landmarks need no more, and every pixel costs time. */
const PICTURE = {
  width: { ideal: 640 },
  height: { ideal: 480 },
  frameRate: { ideal: 30, max: 30 },
};

export class Camera {
  readonly view = new Store<CameraView>({ state: 'idle', devices: [], deviceId: '', stream: null });

  /** Asks for permission where needed; the outcome is in `view`, null where there is no picture. */
  async open(deviceId = recall('camera') ?? ''): Promise<MediaStream | null> {
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

  choose(deviceId: string): Promise<MediaStream | null> {
    remember('camera', deviceId);
    return this.open(deviceId);
  }

  /** Ends the track: the camera's lamp goes out. */
  close(): void {
    for (const track of this.view.get().stream?.getTracks() ?? []) track.stop();
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
