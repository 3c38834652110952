import clsx from 'clsx';
import { useId, type ReactNode } from 'react';

type Props = {
  /** Shown above, or only read out where the content speaks for itself. */
  readonly title: string;
  readonly bare?: true;
  /** What stands at the right of the title. */
  readonly aside?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
};

/** A titled region; the title is its accessible name. */
export function Card({ title, bare, aside, className, children }: Props) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className={clsx('rounded-card border border-line bg-surface p-4 shadow-card', className)}
    >
      <div className={clsx(bare ? 'sr-only' : heading)}>
        <h2 id={id} className="text-[13px] font-semibold tracking-wide text-ink-2">
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

const heading = 'mb-2.5 flex min-h-5 items-center justify-between gap-3';
