import clsx from 'clsx';
import type { Grade } from '../../lib/health.ts';

const COLOURS: Readonly<Record<Grade, string>> = {
  good: 'bg-good',
  fair: 'bg-fair',
  poor: 'bg-poor',
  unknown: 'bg-line-strong',
};

/** A state's colour; the word beside it says the same. */
export function Dot({ grade, className }: { readonly grade: Grade; readonly className?: string }) {
  return (
    <span
      aria-hidden
      className={clsx('inline-block size-2 shrink-0 rounded-full', COLOURS[grade], className)}
    />
  );
}
