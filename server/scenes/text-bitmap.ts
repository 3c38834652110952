/**
 * Text as pixels: the one door to @napi-rs/canvas for scenes. It draws text that is known to be text
 * and decodes nothing. Baking thread. Fonts are the system's; glyphs that none of them has are told.
 */
import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import type { SceneOverlay } from '../protocol/scene.ts';

export type TextOverlay = SceneOverlay & { readonly kind: 'text' };
type Size = { readonly width: number; readonly height: number };

/** Straight into Skia's fallback where none of these is installed. */
const FAMILIES = {
  sans: '"Inter", "Noto Sans", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei", "DejaVu Sans", sans-serif',
  serif: '"Noto Serif", "Noto Serif CJK SC", "Noto Serif SC", "DejaVu Serif", serif',
  mono: '"Noto Sans Mono", "Noto Sans Mono CJK SC", "DejaVu Sans Mono", monospace',
};
const LINE_HEIGHT = 1.3;
const PADDING = 0.35;
/** No font has a glyph for it. */
const NO_GLYPH = '\u{10FFFE}';
const MOST_PROBED = 60;

export type TextBitmap = {
  /** Premultiplied RGBA of the box. */
  readonly rgba: Uint8Array;
  /** Characters that no installed font has. */
  readonly missing: string;
};

/** `pictureHeight`: what sizes are shares of. Lines that don't fit into the box are cut off. */
export function drawText(overlay: TextOverlay, box: Size, pictureHeight: number): TextBitmap {
  const canvas = createCanvas(box.width, box.height);
  const context = canvas.getContext('2d');
  const size = overlay.size * pictureHeight;
  context.font = `${overlay.bold ? 'bold ' : ''}${size.toFixed(1)}px ${FAMILIES[overlay.font]}`;
  context.textBaseline = 'middle';
  context.globalAlpha = overlay.opacity;
  const padding = overlay.plate ? size * PADDING : 0;
  const lines = wrapped(context, overlay.text, box.width - 2 * padding);
  const step = size * LINE_HEIGHT;
  if (overlay.plate) {
    context.fillStyle = overlay.plate;
    const height = Math.min(box.height, lines.length * step + padding);
    context.beginPath();
    context.roundRect(0, 0, box.width, height, size * 0.25);
    context.fill();
  }
  context.fillStyle = overlay.colour;
  context.textAlign = overlay.align === 'centre' ? 'center' : overlay.align;
  const x = { left: padding, centre: box.width / 2, right: box.width - padding }[overlay.align];
  for (const [i, line] of lines.entries())
    context.fillText(line, x, padding / 2 + step * (i + 0.5));
  const image = context.getImageData(0, 0, box.width, box.height);
  return { rgba: premultiplied(image.data), missing: missingGlyphs(overlay) };
}

/** Breaks at blanks, and between Chinese, Japanese and Korean characters. */
function wrapped(context: SKRSContext2D, text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const piece of paragraph.match(PIECES) ?? []) {
      if (line !== '' && context.measureText(line + piece.trimEnd()).width > width) {
        lines.push(line.trimEnd());
        line = piece.trimStart();
      } else line += piece;
    }
    lines.push(line.trimEnd());
  }
  return lines;
}

const WIDE = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef`;
const PIECES = new RegExp(`[${WIDE}]|[^\\s${WIDE}]+\\s*|\\s+`, 'gu');

/** A glyph that looks like the one of a character that nobody has. */
function missingGlyphs({ text, font }: TextOverlay): string {
  const candidates = [...new Set(text)].filter((each) => each > '\u02af' && !/\s/u.test(each));
  const canvas = createCanvas(24, 24);
  const context = canvas.getContext('2d');
  context.font = `16px ${FAMILIES[font]}`;
  const shapeOf = (character: string): string => {
    context.clearRect(0, 0, 24, 24);
    context.fillText(character, 2, 18);
    return Buffer.from(context.getImageData(0, 0, 24, 24).data).toString('base64');
  };
  const nothing = shapeOf(NO_GLYPH);
  const probed = candidates.slice(0, MOST_PROBED);
  return probed.filter((character) => shapeOf(character) === nothing).join('');
}

function premultiplied(data: Uint8ClampedArray): Uint8Array {
  const rgba = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3]!;
    for (let c = 0; c < 3; c += 1) rgba[i + c] = Math.round((data[i + c]! * alpha) / 255);
    rgba[i + 3] = alpha;
  }
  return rgba;
}
