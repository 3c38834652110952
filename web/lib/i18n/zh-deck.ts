import type { PageDictionary } from './index.ts';

/** 手势面板其他标签页的中文文案；./zh-pages.ts 的一部分。 */
export const zhDeck: Pick<PageDictionary, 'dance' | 'captions'> = {
  dance: {
    title: '跳舞',
    dance: '跟着音乐跳舞',
    stop: '停止跳舞',
    dancing: {
      waiting: '正在等待节拍。',
      dancing: '正在跳舞。',
    },
    bpm: (bpm) => `每分钟 ${bpm} 拍`,
    tap: '点按节拍',
    untap: '恢复音乐的节拍',
    tapHint: (key) => `还没有节拍：请播放音乐，或跟着点按至少三次（按键“${key}”）。`,
    tempo: {
      music: (bpm) => `每分钟 ${bpm} 拍，来自音乐。`,
      tap: (bpm) => `每分钟 ${bpm} 拍，来自点按。`,
    },
    step: '舞步',
    start: '播放此舞步',
    none: '还没有舞步：带有节拍的模板会出现在这里。',
  },
  captions: {
    title: '字幕',
    switchOn: '打开',
    switchOff: '关闭',
    last: '最近听到的话',
    none: '说句话试试:文字会显示在这里,其中的词会触发动作。',
    states: {
      'no-package': '还没有安装语音识别。请在服务器上运行:',
      'no-model': '缺少语音识别模型。请在服务器上运行:',
      off: '已关闭。打开后,您说的英语词会触发动作。',
      starting: '正在启动…',
      ready: '正在听',
      failed: '语音识别无法运行。',
    },
  },
};
