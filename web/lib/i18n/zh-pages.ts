import type { PageDictionary } from './index.ts';
import { zhAvatars } from './zh-avatars.ts';
import { zhDeck } from './zh-deck.ts';
import { zhEditor } from './zh-editor.ts';
import { zhLibrary } from './zh-library.ts';
import { zhScene } from './zh-scene.ts';
import { zhScript } from './zh-script.ts';
import { zhStudio } from './zh-studio.ts';
import { zhTriggers } from './zh-triggers.ts';

export const zhPages: PageDictionary = {
  ...zhLibrary,
  ...zhEditor,
  ...zhDeck,
  avatars: zhAvatars,
  scene: zhScene,
  script: zhScript,
  studio: zhStudio,
  triggers: zhTriggers,
  measure: {
    title: '测量延迟',
    how: '请戴上耳机，点击开始，然后说一些简短的词，每个词后停顿一下：“一……二……三”。',
    start: '开始',
    stop: '停止',
    video: '您的虚拟形象（观众看到的画面）',
    failed: '测量未能完成',
    results: '毫秒',
    words: (count: number) => `${count} 个词`,
    what: '项目',
    picture: '从说话到嘴动',
    sound: '从说话到观众听到',
    floor: '其中网络和浏览器本身',
    av: '画面落后声音',
    note: '麦克风和耳机自身的延迟（30 至 60 毫秒）需另外计入。',
  },
};
