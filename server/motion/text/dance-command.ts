/**
 * Sentences that switch dancing to the music on or off, as a whole: "dance to the music" is no
 * template but goes on, step after step, until it is asked to end. Pure.
 */

const ASK = '(?:please )?(?:can|could|would|will)? ?(?:you )?(?:now )?(?:please )?(?:just )?';
const GO_ON = '(?:start |begin |go on |keep )?(?:to )?';
const MUSIC = '(?:the |this |that |my |our )?(?:music|song|beat|rhythm|track|tune)';
const END = '(?: now| please)*';
const ON = [
  new RegExp(`^${ASK}${GO_ON}(?:dance|dancing) (?:along )?(?:to|with|on) ${MUSIC}${END}$`),
  new RegExp(`^${ASK}(?:start|begin) dancing${END}$`),
  /^(?:请|來|来|请你|你|给我|帮我|现在|开始|快)*(?:跟着|跟着这个|跟着这首|随着|随|伴着|和着|合着|踩着|按着|按照)(?:音乐|节奏|节拍|拍子|歌|歌曲|曲子|乐曲)(?:的)?(?:节奏|节拍|拍子)?(?:来)?(?:开始)?(?:一起)?(?:跳舞|跳起舞来|跳起来|舞动|起舞|跳支舞|跳个舞|跳)(?:吧|啊|呀|了)*$/,
  /^(?:请|现在|快)*开始跳舞(?:吧|了)*$/,
];
const OFF = [
  new RegExp(`^${ASK}(?:stop|quit|end|no more) (?:the )?(?:dancing|dance)(?: to ${MUSIC})?${END}$`),
  new RegExp(`^${ASK}(?:don't|do not) dance(?: any ?more| any longer)?${END}$`),
  /^(?:请|快|现在|你)*(?:停止|停下|结束|不要|不要再|别|别再|停)(?:跳舞|跳)(?:了|吧|啦)*$/,
];

/** Undefined where the sentence is about something else, or about more than that. */
export function danceCommand(text: string): 'on' | 'off' | undefined {
  const said = plain(text);
  if (ON.some((pattern) => pattern.test(said))) return 'on';
  if (OFF.some((pattern) => pattern.test(said))) return 'off';
  return undefined;
}

/** Lower case, without marks; blanks single, and none between Chinese characters. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/[^\p{L}\p{N}']+/gu, ' ')
    .replace(/(?<=\p{Script=Han}) | (?=\p{Script=Han})/gu, '')
    .replaceAll('著', '着')
    .replaceAll('樂', '乐')
    .replaceAll('節', '节')
    .trim();
}
