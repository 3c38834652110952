import assert from 'node:assert/strict';
import { test } from 'node:test';
import { danceCommand } from '../../../../server/motion/text/dance-command.ts';

test('sentences that ask to dance to the music, and to stop', () => {
  const on = [
    'dance to the music',
    'Dance to the music!',
    'please start dancing to this song',
    'could you dance along to the beat, please?',
    'keep dancing with the music',
    'start dancing',
    '跟着音乐跳舞',
    '请跟着节奏跳起来吧!',
    '随着音乐 起舞',
    '跟著音樂跳舞',
    '开始跳舞',
  ];
  for (const text of on) assert.equal(danceCommand(text), 'on', text);
  const off = [
    'stop dancing',
    'Please stop dancing now.',
    "don't dance any more",
    '别跳了',
    '停止跳舞!',
  ];
  for (const text of off) assert.equal(danceCommand(text), 'off', text);
});

test('what asks for more, or for something else, is left to the parser', () => {
  const others = [
    'wave, then dance to the music',
    'sway to the music',
    'do the disco dance',
    'dance',
    '跟着音乐摇摆',
    '跳个迪斯科',
    '挥手然后跟着音乐跳舞',
    'stop',
    '',
  ];
  for (const text of others) assert.equal(danceCommand(text), undefined, text);
});
