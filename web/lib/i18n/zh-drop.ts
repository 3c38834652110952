import type { Dictionary } from './index.ts';

/** 把文件拖到页面上时的中文文案；./zh.ts 的一部分。 */
export const zhDrop: Dictionary['drop'] = {
  anywhere: '松开即可：文件会送到合适的地方',
  question: '这个文件用来做什么？',
  unknownTitle: '这里无法使用该文件',
  unknown:
    '可拖入形象包（.zip）、图片、视频、声音文件、PDF 幻灯片、.cube 调色文件或动作文件（.bvh、.json）。',
  places: {
    pack: '导入形象包',
    photo: '用照片制作形象',
    footage: '用影像制作形象',
    motion: '加入动作库',
    scene: '场景的背景、幻灯片或调色',
    sound: '用声音制作视频',
    music: '在直播中播放音乐',
  },
  close: '算了',
  sending: (name, percent) => `${name}：${percent} %`,
  looking: (name) => `${name}：服务器正在检查`,
  cancel: (what) => `取消 ${what}`,
};
