import type { Dictionary } from './index.ts';

/** 一个画面中多个形象的中文文案；./zh.ts 的一部分。 */
export const zhCast: Dictionary['cast'] = {
  title: '形象',
  add: '再加一个',
  full: '最多六个形象。',
  remove: '移除',
  spread: '平均排开',
  list: '画面中的形象',
  member: (number, title) => `${number} 号 ${title}`,
  stage: '拖动形象可改变位置，拖动圆点可改变大小。',
  place: (name, x, size) => `${name}：位置 ${x} %，大小 ${size} %`,
  resize: (name) => `${name} 的大小`,
  x: '位置（%）',
  size: '大小（%）',
  mirrored: '镜像',
  sync: '如何配合',
  syncs: { unison: '齐做', canon: '轮做', own: '独立' },
  abouts: {
    unison: '跟第一个形象做同样的动作，一起说话。',
    canon: '说同样的话，动作稍后跟上。',
    own: '只倾听，只做专门让它做的动作。',
  },
  leads: '第一个形象说话并领头，其他形象配合或各自行动。',
  offset: '延后',
  units: { seconds: '秒', beats: '拍' },
  unit: '计量单位',
  offsetHint: '拍以音乐为准；没有音乐时一拍是 0.5 秒。',
  who: '由谁来做',
  everyone: '所有形象',
};
