'use client';
import clsx from 'clsx';
import { useText } from '../lib/preferences.tsx';
import { BACKGROUNDS, PICTURES, type PictureName } from '../lib/picture.ts';

type Props = {
  readonly picture: PictureName;
  readonly onPicture: (name: PictureName) => void;
  readonly background: string;
  readonly onBackground: (colour: string) => void;
};

export function PicturePicker({ picture, onPicture, background, onBackground }: Props) {
  const t = useText();
  return (
    <div className="space-y-3">
      <fieldset>
        <legend className="sr-only">{t.picture.size}</legend>
        <div className="grid grid-cols-3 gap-1 rounded-xl bg-sunken p-1">
          {PICTURES.map(({ name, width, height }) => (
            <label
              key={name}
              className={clsx(
                'relative flex cursor-pointer items-center justify-center gap-2.5 rounded-lg px-2 py-2',
                'has-focus-visible:outline-2 has-focus-visible:outline-accent',
                name === picture ? 'bg-raised shadow-card' : 'text-ink-2 hover:text-ink',
              )}
            >
              <input
                type="radio"
                name="picture"
                checked={name === picture}
                onChange={() => onPicture(name)}
                className="absolute inset-0 size-full cursor-pointer opacity-0"
              />
              <SizeIcon width={width} height={height} />
              <span className="leading-tight">
                <span className="block text-[13px] font-medium">{t.picture[name]}</span>
                <span className="block text-[11px] text-ink-3 tabular-nums">
                  {width}×{height}
                </span>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <Backgrounds chosen={background} onChoose={onBackground} />
    </div>
  );
}

function SizeIcon({ width, height }: { readonly width: number; readonly height: number }) {
  const scale = 16 / Math.max(width, height);
  const w = Math.max(9, width * scale);
  const h = Math.max(9, height * scale);
  return (
    <svg aria-hidden viewBox="0 0 18 18" className="size-[18px] shrink-0 max-sm:hidden">
      <rect
        x={9 - w / 2}
        y={9 - h / 2}
        width={w}
        height={h}
        rx="2"
        className="fill-none stroke-current"
        strokeWidth="1.5"
      />
    </svg>
  );
}

function Backgrounds({
  chosen,
  onChoose,
}: {
  readonly chosen: string;
  readonly onChoose: (colour: string) => void;
}) {
  const t = useText();
  const own = !BACKGROUNDS.some(({ colour }) => colour === chosen);
  return (
    <fieldset className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <legend className="sr-only">{t.picture.background}</legend>
      <span aria-hidden className="text-[13px] text-ink-2">
        {t.picture.background}
      </span>
      <div className="ml-auto flex flex-wrap gap-2">
        {BACKGROUNDS.map(({ name, colour }) => (
          <label
            key={name}
            title={t.picture.colours[name]}
            className={clsx(swatch, colour === chosen ? ring : 'border-line-strong')}
            style={{ backgroundColor: colour }}
          >
            <input
              type="radio"
              name="background"
              aria-label={t.picture.colours[name]}
              checked={colour === chosen}
              onChange={() => onChoose(colour)}
              className="absolute inset-0 size-full cursor-pointer opacity-0"
            />
          </label>
        ))}
        <label
          title={t.picture.custom}
          className={clsx(swatch, own ? ring : 'border-line-strong', 'overflow-hidden')}
        >
          <input
            type="color"
            aria-label={t.picture.custom}
            value={chosen}
            onChange={(event) => onChoose(event.target.value)}
            className="absolute -inset-2 size-14 cursor-pointer opacity-0"
          />
          <span
            aria-hidden
            className="size-full"
            style={{
              background: own
                ? chosen
                : 'conic-gradient(#e5484d,#f0b429,#3fb950,#3b82f6,#a855f7,#e5484d)',
            }}
          />
        </label>
      </div>
    </fieldset>
  );
}

const swatch =
  'relative flex size-7 cursor-pointer rounded-full border has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent';
const ring = 'border-surface ring-2 ring-accent';
