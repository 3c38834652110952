import type { Dictionary } from './index.ts';

export const zhNetwork: Dictionary['network'] = {
  title: '神经网络形象',
  device: '运行于',
  deviceHint: '用于由网络绘制的形象。没有的设备会立即提示。',
  devices: {
    auto: '自动选择',
    cpu: 'CPU（处理器）',
    cuda: 'NVIDIA 显卡（CUDA）',
    tensorrt: 'NVIDIA 显卡（TensorRT）',
    webgpu: '任意显卡（WebGPU）',
    dml: 'Windows 显卡（DirectML）',
    coreml: '苹果（Core ML）',
  },
  stages: '每帧毫秒数',
  stage: { map: '姿态图', control: '姿态', network: '网络', paint: '解码器', enlarge: '放大' },
  trouble: (broken, failed) => `损坏 ${broken} 帧，失败 ${failed} 帧`,
  skipped: (count) => `因相似略过 ${count} 帧`,
  prompt: '画面内容',
  promptFixed: '此形象不能更换文字',
  strength: '重绘程度',
  scale: '姿态控制',
  seed: '种子',
  apply: '更改',
  another: '换一幅',
};
