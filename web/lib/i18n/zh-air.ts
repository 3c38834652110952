import type { enAir } from './en-air.ts';

export const zhAir: typeof enAir = {
  rungs: {
    full: '轻松',
    'half-rate': '繁忙：身体帧率减半',
    'lips-only': '繁忙：只有嘴在动',
    held: '过载：画面静止',
  },
  downs: (count) => `降级 ${count} 次`,
};
