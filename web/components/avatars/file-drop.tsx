'use client';
import clsx from 'clsx';
import { useId, useState, type ReactNode } from 'react';

type Props = {
  readonly label: string;
  readonly hint: string;
  readonly accept: string;
  readonly icon: ReactNode;
  readonly onFile: (file: File) => void;
};

/** A place for one file: chosen by its button or dropped. */
export function FileDrop({ label, hint, accept, icon, onFile }: Props) {
  const id = useId();
  const [over, setOver] = useState(false);
  return (
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer.files[0];
        if (file) onFile(file);
      }}
      className={clsx(
        'flex flex-wrap items-center gap-3 rounded-xl border-2 border-dashed px-4 py-5',
        over ? 'border-accent bg-accent-soft' : 'border-line-strong',
      )}
    >
      <label
        htmlFor={id}
        className="inline-flex h-9 cursor-pointer items-center gap-2 rounded-lg border border-line-strong bg-surface px-3.5 text-sm font-medium hover:bg-sunken has-focus-visible:outline-2 has-focus-visible:outline-accent"
      >
        {icon}
        {label}
        <input
          id={id}
          type="file"
          accept={accept}
          className="sr-only"
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = '';
            if (file) onFile(file);
          }}
        />
      </label>
      <span className="text-[13px] text-ink-2">{hint}</span>
    </div>
  );
}

/** Work of unknown length. */
export function Working({ label }: { readonly label: string }) {
  return (
    <div role="status" className="space-y-1.5 py-2">
      <p className="text-[13px]">{label}</p>
      <progress aria-label={label} className="h-1.5 w-full accent-accent" />
    </div>
  );
}
