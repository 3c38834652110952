import type { enPush } from './en-push.ts';

export const zhPush: typeof enPush = {
  title: '同时推流到',
  add: '添加',
  none: 'Twitch、YouTube、哔哩哔哩或任意 RTMP 服务器：添加一次，直播时随时开启。',
  on: (name) => `推流到 ${name}`,
  edit: (name) => `修改 ${name}`,
  off: '未开启',
  states: {
    connecting: '正在连接……',
    live: '直播中',
    waiting: '正在重试……',
  },
  numbers: (kbps, duration) => `每秒 ${kbps} kb，已 ${duration}`,
  dropped: (count) => `缺 ${count} 帧`,
  service: '平台',
  name: '名称',
  server: '服务器',
  url: '地址',
  urlHint: 'rtmp:// 或 rtmps://，以平台给出的为准',
  key: '串流密钥',
  keyKept: (masked) => `${masked}（留空则不变）`,
  keyPage: '打开查看密钥的页面',
  auto: '每次开播时自动开启',
  save: '保存',
  cancel: '取消',
  remove: '删除',
};
