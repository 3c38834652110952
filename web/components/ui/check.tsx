import clsx from 'clsx';

type Props = {
  readonly label: string;
  readonly value: boolean;
  readonly disabled?: boolean;
  readonly className?: string;
  readonly onChange: (value: boolean) => void;
};

/** A box to tick, and what it means. */
export function Check({ label, value, disabled = false, className, onChange }: Props) {
  return (
    <label className={clsx('flex items-center gap-2 text-[13px]', className)}>
      <input
        type="checkbox"
        checked={value}
        disabled={disabled}
        onChange={({ target }) => onChange(target.checked)}
        className="size-4 shrink-0 accent-accent"
      />
      {label}
    </label>
  );
}

/** The box alone, where what it stands for is beside it already: `label` is read out. */
export function Tick({ label, value, onChange }: Pick<Props, 'label' | 'value' | 'onChange'>) {
  return (
    <input
      type="checkbox"
      aria-label={label}
      checked={value}
      onChange={({ target }) => onChange(target.checked)}
      className="size-4 shrink-0 accent-accent"
    />
  );
}

/** On or off at once, without a word beside it: `label` is read out. */
export function Switch({ label, value, disabled = false, onChange }: Omit<Props, 'className'>) {
  return (
    <span className="relative inline-flex h-5 w-9 shrink-0">
      <input
        type="checkbox"
        role="switch"
        aria-label={label}
        title={label}
        checked={value}
        disabled={disabled}
        onChange={({ target }) => onChange(target.checked)}
        className="peer absolute inset-0 size-full cursor-pointer appearance-none rounded-full bg-line-strong transition-colors checked:bg-accent disabled:cursor-not-allowed disabled:opacity-50"
      />
      <span
        aria-hidden
        className="pointer-events-none absolute top-0.5 left-0.5 size-4 rounded-full bg-white shadow-card transition-transform peer-checked:translate-x-4"
      />
    </span>
  );
}
