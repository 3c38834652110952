import clsx from 'clsx';
import type { ComponentProps } from 'react';

const LOOKS = {
  primary: 'bg-accent text-accent-ink hover:opacity-90',
  live: 'bg-live text-live-ink hover:bg-live-hover',
  plain: 'bg-surface text-ink border border-line-strong hover:bg-sunken',
  quiet: 'text-ink-2 hover:bg-sunken hover:text-ink',
} as const;

const SIZES = {
  small: 'h-8 px-3 text-[13px] gap-1.5 rounded-lg',
  normal: 'h-9 px-3.5 text-sm gap-2 rounded-lg',
  large: 'h-12 px-6 text-base gap-2.5 rounded-xl font-semibold',
  icon: 'size-9 rounded-lg',
} as const;

type Props = ComponentProps<'button'> & {
  readonly look?: keyof typeof LOOKS;
  readonly size?: keyof typeof SIZES;
};

export function Button({ look = 'plain', size = 'normal', className, ...rest }: Props) {
  return (
    <button
      type="button"
      className={clsx(
        'inline-flex shrink-0 items-center justify-center font-medium whitespace-nowrap transition-colors',
        'disabled:cursor-not-allowed disabled:opacity-50',
        LOOKS[look],
        SIZES[size],
        className,
      )}
      {...rest}
    />
  );
}
