'use client';
import clsx from 'clsx';
import { useId, useState, type ReactNode } from 'react';

type Props = {
  /** On the button that opens the browser's own dialog. */
  readonly label: string;
  readonly hint: ReactNode;
  readonly accept: string;
  readonly multiple?: boolean;
  readonly icon: ReactNode;
  readonly onFiles: (files: readonly File[]) => void;
};

/** A place for files: chosen by its button, or dropped. */
export function Drop({ label, hint, accept, multiple = false, icon, onFiles }: Props) {
  const id = useId();
  const [over, setOver] = useState(false);
  return (
    <div
      data-testid="drop"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        // Else the page would route them, too.
        event.stopPropagation();
        setOver(false);
        take([...event.dataTransfer.files], multiple, onFiles);
      }}
      className={clsx(
        'flex flex-wrap items-center gap-3 rounded-xl border-2 border-dashed px-4 py-4 transition-colors',
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
          multiple={multiple}
          className="sr-only"
          onChange={({ target }) => {
            take([...(target.files ?? [])], multiple, onFiles);
            target.value = '';
          }}
        />
      </label>
      <span className="min-w-32 flex-1 text-[13px] text-ink-2">{hint}</span>
    </div>
  );
}

function take(files: readonly File[], multiple: boolean, onFiles: Props['onFiles']): void {
  if (files.length > 0) onFiles(multiple ? files : files.slice(0, 1));
}
