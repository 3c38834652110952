'use client';
import { Check, Copy } from 'lucide-react';
import { useEffect, useId, useRef, useState, type ReactNode, type RefObject } from 'react';
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
  const copy = async () => {
    field.current?.select();
    if (isSecureContext) await navigator.clipboard.writeText(value);
    // Over plain http there is no clipboard API; the old command is deprecated and still works.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    else document.execCommand('copy');
    return true;
  };
  return (
    <div>
      <div className="flex items-center">
        <label
          htmlFor={id}
          className="flex min-w-0 flex-1 items-center gap-1.5 text-[13px] text-ink-2"
        >
          {label}
          {aside}
        </label>
        {action}
        <CopyButton label={t.share.copy(label)} done={t.share.copied} copy={copy} />
      </div>
      <Address id={id} field={field} value={value} />
    </div>
  );
}

type CopyButtonProps = {
  readonly label: string;
  /** Said once it is copied. */
  readonly done: string;
  /** Resolves to whether it did. */
  readonly copy: () => Promise<boolean>;
};

/** Shows a tick for a moment after it has copied. */
export function CopyButton({ label, done, copy }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <>
      <button
        type="button"
        aria-label={label}
        title={label}
        onClick={() => void copy().then(setCopied)}
        className={copyFieldIcon}
      >
        {copied ? (
          <Check aria-hidden className="size-4 text-good" />
        ) : (
          <Copy aria-hidden className="size-4" />
        )}
      </button>
      <span role="status" className="sr-only">
        {copied ? done : ''}
      </span>
    </>
  );
}

/** Of the buttons beside a field's name. */
export const copyFieldIcon =
  'grid size-8 shrink-0 place-items-center rounded-lg text-ink-2 hover:bg-sunken hover:text-ink';

/** The end of an address tells it from others: it stays when the middle has no room. */
const TAIL = 12;

/**
 * The address in its box, without its middle where that has no room; then the whole of it stands below
 * for as long as somebody points at it or is in it.
 */
function Address({
  id,
  field,
  value,
}: {
  readonly id: string;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly value: string;
}) {
  const head = useRef<HTMLSpanElement>(null);
  const [cut, setCut] = useState(false);
  const look = () => {
    const { scrollWidth = 0, clientWidth = 0 } = head.current ?? {};
    setCut(scrollWidth > clientWidth);
  };
  return (
    <div className="group relative" onPointerEnter={look}>
      <input
        id={id}
        ref={field}
        readOnly
        value={value}
        onFocus={(event) => {
          look();
          event.currentTarget.select();
        }}
        className="peer h-8 w-full rounded-lg border border-line-strong bg-surface px-2.5 font-mono text-xs text-ink not-focus:text-transparent focus:border-accent"
      />
      <span
        aria-hidden
        className="pointer-events-none absolute inset-0 flex items-center px-[11px] font-mono text-xs whitespace-pre peer-focus:invisible"
      >
        <span ref={head} className="min-w-0 truncate">
          {value.slice(0, -TAIL)}
        </span>
        <span className="shrink-0">{value.slice(-TAIL)}</span>
      </span>
      {cut && (
        <span
          aria-hidden
          className="absolute inset-x-0 top-full z-20 mt-1 hidden rounded-lg border border-line bg-raised px-2.5 py-1.5 font-mono text-xs break-all text-ink shadow-float group-focus-within:block group-hover:block"
        >
          {value}
        </span>
      )}
    </div>
  );
}
