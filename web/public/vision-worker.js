// Finds body, face and hands in camera pictures, in a worker of its own: the page stays free, and a
// hidden tab, whose timers the browser slows down, is tracked at full rate. Plain JavaScript that
// is served as it is, since MediaPipe loads its WASM by address at run time. Started by
// web/lib/vision.ts; messages are described there. No picture leaves this file.
import { FaceLandmarker, HandLandmarker, PoseLandmarker } from '/mediapipe/vision_bundle.mjs';
import ModuleFactory from '/mediapipe/vision_wasm_module_internal.js';

/**
 * No loader to fetch: MediaPipe's own way needs importScripts(), which module workers don't have,
 * and it forgets the loader after each task, so we hand it over before each (see `create`).
 */
const FILESET = { wasmBinaryPath: '/mediapipe/vision_wasm_module_internal.wasm' };
const TICK_MS = 1000 / 30;
/** A camera of 60 Hz is tracked at 30; a little less than the distance, since cameras jitter. */
const LEAST_DISTANCE_MS = 25;

let finders = null;
let reader = null;
let timer = 0;
let waiting = false;
let lastMs = -Infinity;

self.onmessage = ({ data }) => {
  handle(data).catch((error) => self.postMessage({ type: 'failed', message: words(error) }));
};

async function handle(message) {
  if (message.type === 'open') await open(message);
  if (message.type === 'stream') await follow(message.stream);
  if (message.type === 'ticks') startTicks();
  if (message.type === 'frame') {
    waiting = false;
    track(message.frame, message.timeMs ?? performance.now());
  }
  if (message.type === 'nothing') waiting = false;
  if (message.type === 'stop') await stop();
}

async function open({ body, face, hands, mask = false }) {
  const delegate = hasGraphicsCard() ? 'GPU' : 'CPU';
  const base = (modelAssetPath) => ({ baseOptions: { modelAssetPath, delegate }, runningMode: 'VIDEO' }); // prettier-ignore
  const shapes = { outputFaceBlendshapes: true, outputFacialTransformationMatrixes: true };
  finders = {
    body:
      body &&
      (await create(PoseLandmarker, { ...base(body), numPoses: 1, outputSegmentationMasks: mask })),
    face: face && (await create(FaceLandmarker, { ...base(face), ...shapes, numFaces: 1 })),
    hands: hands && (await create(HandLandmarker, { ...base(hands), numHands: 2 })),
  };
  self.postMessage({ type: 'ready', delegate });
}

function create(Task, options) {
  self.ModuleFactory = ModuleFactory;
  return Task.createFromOptions(FILESET, options);
}

/** Without one, drawing by processor is slower than MediaPipe's own arithmetic. */
function hasGraphicsCard() {
  try {
    const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
    const info = gl?.getExtension('WEBGL_debug_renderer_info');
    const name = gl?.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER) ?? '';
    return gl !== null && !/swiftshader|llvmpipe|software/i.test(name);
  } catch {
    return false;
  }
}

/** The track's own stream: it holds one picture and replaces it by a newer one while we compute. */
async function follow(stream) {
  reader = stream.getReader();
  const mine = reader;
  for (;;) {
    const { value: frame, done } = await mine.read();
    if (done) return;
    const nowMs = performance.now();
    if (nowMs - lastMs < LEAST_DISTANCE_MS || mine !== reader) frame.close();
    else track(frame, nowMs);
  }
}

/** For browsers without such a stream: the page sends one picture for each tick. */
function startTicks() {
  clearInterval(timer);
  timer = setInterval(() => {
    if (waiting) return;
    waiting = true;
    self.postMessage({ type: 'tick' });
  }, TICK_MS);
}

async function stop() {
  clearInterval(timer);
  waiting = false;
  const old = reader;
  reader = null;
  await old?.cancel().catch(() => undefined);
}

function track(frame, timeMs) {
  try {
    if (!finders) return;
    // MediaPipe asks for times that grow.
    const atMs = Math.max(timeMs, lastMs + 0.001);
    lastMs = atMs;
    const startMs = performance.now();
    const pose = finders.body?.detectForVideo(frame, atMs);
    const face = finders.face?.detectForVideo(frame, atMs);
    const hands = finders.hands?.detectForVideo(frame, atMs);
    self.postMessage({
      type: 'found',
      timeMs,
      tookMs: performance.now() - startMs,
      width: frame.displayWidth ?? frame.width,
      height: frame.displayHeight ?? frame.height,
      pose: pose?.landmarks[0] ?? null,
      world: pose?.worldLandmarks[0] ?? null,
      face: face?.faceLandmarks[0] ?? null,
      blendshapes: face?.faceBlendshapes[0]?.categories.map(({ categoryName, score }) => ({ categoryName, score })) ?? null, // prettier-ignore
      matrix: face?.facialTransformationMatrixes[0]?.data ?? null,
      mask: maskOf(pose),
      hands: (hands?.landmarks ?? []).map((landmarks, index) => ({
        landmarks,
        side: hands.handedness[index]?.[0]?.categoryName ?? 'Left',
        score: hands.handedness[index]?.[0]?.score ?? 0,
      })),
    });
  } finally {
    frame.close();
  }
}

/** How surely each pixel is the person, in bytes. */
function maskOf(pose) {
  const mask = pose?.segmentationMasks?.[0];
  if (!mask) return null;
  const values = Uint8Array.from(mask.getAsFloat32Array(), (value) => 255 * value);
  const { width, height } = mask;
  mask.close();
  return { width, height, values };
}

function words(error) {
  return error instanceof Error ? error.message : String(error);
}
