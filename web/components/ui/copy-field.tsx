'use client';
import { Check, Copy } from 'lucide-react';
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { useText } from '../../lib/preferences.tsx';

type Props = {
  readonly label: string;
  readonly value: string;
  readonly aside?: ReactNode;
  readonly action?: ReactNode;
};

const SHOWN_MS = 2000;

/** An address to copy with one click; a click into the field selects it whole. */
export function CopyField({ label, value, aside, action }: Props) {
  const t = useText();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    field.current?.select();
    if (isSecureContext) await navigator.clipboard.writeText(value);
    // Over plain http there is no clipboard API; the old command is deprecated and still works.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    else document.execCommand('copy');
    setCopied(true);
  };
  return (
    <div className="flex items-center gap-3 max-sm:flex-wrap max-sm:gap-y-1">
      <label
        htmlFor={id}
        className="flex w-20 shrink-0 items-center gap-1.5 text-[13px] text-ink-2 max-sm:w-full"
      >
        {label}
        {aside}
      </label>
      <div className="flex min-w-0 flex-1 items-center rounded-lg border border-line-strong bg-surface focus-within:border-accent">
        <input
          id={id}
          ref={field}
          readOnly
          value={value}
          onFocus={(event) => event.currentTarget.select()}
          className="h-9 min-w-0 flex-1 rounded-lg bg-transparent px-3 font-mono text-xs text-ink"
        />
        {action}
        <button
          type="button"
          aria-label={t.share.copy(label)}
          onClick={() => void copy()}
          className="grid size-9 shrink-0 place-items-center rounded-lg text-ink-2 hover:bg-sunken hover:text-ink"
        >
          {copied ? (
            <Check aria-hidden className="size-4 text-good" />
          ) : (
            <Copy aria-hidden className="size-4" />
          )}
        </button>
      </div>
      <span role="status" className="sr-only">
        {copied ? t.share.copied : ''}
      </span>
    </div>
  );
}
