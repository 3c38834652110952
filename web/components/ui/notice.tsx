import clsx from 'clsx';
import { CircleAlert, Info, TriangleAlert, X } from 'lucide-react';
import type { ReactNode } from 'react';

const TONES = {
  info: { box: 'bg-accent-soft text-ink', icon: 'text-accent', Icon: Info },
  fair: { box: 'bg-fair-soft text-ink', icon: 'text-fair', Icon: TriangleAlert },
  poor: { box: 'bg-poor-soft text-ink', icon: 'text-poor', Icon: CircleAlert },
} as const;

type Props = {
  readonly tone: keyof typeof TONES;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly dismiss?: { readonly label: string; readonly onClick: () => void };
};

/** What happened, what to do, and where there is one the button that does it. */
export function Notice({ tone, title, children, action, dismiss }: Props) {
  const { box, icon, Icon } = TONES[tone];
  return (
    <div
      role={tone === 'poor' ? 'alert' : 'status'}
      className={clsx('flex items-start gap-3 rounded-xl px-4 py-3', box)}
    >
      <Icon aria-hidden className={clsx('mt-0.5 size-[18px] shrink-0', icon)} />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{title}</p>
        {children && <div className="mt-0.5 text-[13px] text-ink-2">{children}</div>}
        {action && <div className="mt-2.5">{action}</div>}
      </div>
      {dismiss && (
        <button
          type="button"
          aria-label={dismiss.label}
          onClick={dismiss.onClick}
          className="-m-1 rounded-md p-1 text-ink-2 hover:text-ink"
        >
          <X aria-hidden className="size-4" />
        </button>
      )}
    </div>
  );
}
