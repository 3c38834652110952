import type { Device } from '../../../server/protocol/index.ts';

export const enNetwork = {
  title: 'Neural avatar',
  device: 'Runs on',
  deviceHint:
    'For avatars that are drawn by a network. A device that is not there is said at once.',
  devices: {
    auto: 'Whatever is best',
    cpu: 'CPU',
    cuda: 'NVIDIA GPU (CUDA)',
    tensorrt: 'NVIDIA GPU (TensorRT)',
    webgpu: 'Any GPU (WebGPU)',
    dml: 'Windows GPU (DirectML)',
    coreml: 'Apple (Core ML)',
  } satisfies Record<Device, string>,
  stages: 'Milliseconds a frame',
  stage: {
    map: 'Pose map',
    control: 'Pose',
    network: 'Network',
    paint: 'Decoder',
    enlarge: 'Enlarging',
  },
  trouble: (broken: number, failed: number) => `${broken} broken, ${failed} failed frames`,
  skipped: (count: number) => `${count} left out as alike`,
  prompt: 'What it shows',
  promptFixed: 'This avatar reads no other words',
  strength: 'Drawn anew',
  scale: 'Pose steers',
  seed: 'Seed',
  apply: 'Change',
  another: 'Another picture',
  poseBeside: 'Show the pose beside the picture',
  poseMap: 'Pose map',
  picture: 'Picture',
};
