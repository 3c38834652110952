import clsx from 'clsx';
import { useEffect, useId, useRef, type ReactNode } from 'react';

type Props = {
  readonly open: boolean;
  readonly title: string;
  /** `wide`: for work with a picture in it. */
  readonly size?: 'narrow' | 'wide';
  /** Escape and the backdrop; absent where the question must be answered. */
  readonly onClose?: () => void;
  readonly children: ReactNode;
};

const WIDTHS = { narrow: 'w-[min(92vw,26rem)]', wide: 'w-[min(96vw,60rem)]' } as const;

/** The browser's own modal: it traps focus, gives it back and closes on Escape. */
export function Dialog({ open, title, size = 'narrow', onClose, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (open && dialog && !dialog.open) dialog.showModal();
    if (!open) dialog?.close();
  }, [open]);
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onClick={(event) => event.target === ref.current && onClose?.()}
      className={clsx(
        'max-h-[94dvh] rounded-2xl border border-line bg-surface p-0 text-ink shadow-2xl',
        WIDTHS[size],
      )}
    >
      {open && (
        <div className="p-6">
          <h2 id={id} className="text-lg font-semibold">
            {title}
          </h2>
          {children}
        </div>
      )}
    </dialog>
  );
}
