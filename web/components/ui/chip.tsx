import clsx from 'clsx';
import type { ComponentProps } from 'react';

/** A small switch: a tag, a mood. */
export function Chip({
  chosen,
  className,
  ...rest
}: ComponentProps<'button'> & { readonly chosen: boolean }) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      className={clsx(
        'h-6.5 rounded-full px-2.5 text-xs font-medium transition-colors disabled:opacity-50',
        chosen ? 'bg-accent text-accent-ink' : 'bg-sunken text-ink-2 hover:text-ink',
        className,
      )}
      {...rest}
    />
  );
}
