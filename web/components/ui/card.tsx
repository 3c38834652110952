import clsx from 'clsx';
import { useId, type ReactNode } from 'react';

type Props = {
  readonly title: string;
  /** What stands at the right of the title. */
  readonly aside?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
};

/** A titled region; the title is its accessible name. */
export function Card({ title, aside, className, children }: Props) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className={clsx(
        'rounded-card border border-line bg-surface p-4 shadow-card sm:p-5',
        className,
      )}
    >
      <div className="mb-3 flex min-h-6 items-center justify-between gap-3">
        <h2 id={id} className="text-[13px] font-semibold tracking-wide text-ink-2">
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
