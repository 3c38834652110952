'use client';
import { useId } from 'react';

export function TextArea({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-xs text-ink-2">
        {label}
      </label>
      <textarea
        id={id}
        rows={2}
        value={value}
        maxLength={500}
        // A text of nothing is no text: the last letter stays until there is another.
        onChange={({ target }) => target.value !== '' && onChange(target.value)}
        className="w-full rounded-lg border border-line-strong bg-surface px-3 py-2 text-sm"
      />
    </div>
  );
}

export function Colour({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="min-w-16">
      <label htmlFor={id} className="mb-1 block text-xs text-ink-2">
        {label}
      </label>
      <input
        id={id}
        type="color"
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className="h-9 w-full cursor-pointer rounded-lg border border-line-strong bg-surface p-1"
      />
    </div>
  );
}

export function Slider({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}) {
  const id = useId();
  return (
    <div className="min-w-24 flex-1">
      <label htmlFor={id} className="mb-1 block text-xs text-ink-2">
        {label}
      </label>
      <input
        id={id}
        type="range"
        min={0}
        max={1}
        step={0.02}
        value={Math.min(1, value)}
        onChange={({ target }) => onChange(Number(target.value))}
        className="h-9 w-full accent-accent"
      />
    </div>
  );
}
