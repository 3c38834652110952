import clsx from 'clsx';

type Props<Value extends string> = {
  readonly label: string;
  readonly values: readonly Value[];
  readonly titles: Readonly<Record<Value, string>>;
  readonly chosen: Value;
  readonly disabled?: boolean;
  readonly onChoose: (value: Value) => void;
};

/** A choice of a few, all of them in sight. */
export function Segments<Value extends string>(props: Props<Value>) {
  const { label, values, titles, chosen, disabled = false, onChoose } = props;
  return (
    <div
      role="radiogroup"
      aria-label={label}
      className="flex flex-wrap gap-0.5 rounded-lg bg-sunken p-0.5"
    >
      {values.map((value) => (
        <label
          key={value}
          className={clsx(
            'relative flex h-7 cursor-pointer items-center rounded-md px-2.5 text-[13px] font-medium whitespace-nowrap',
            'has-focus-visible:outline-2 has-focus-visible:outline-accent',
            value === chosen ? 'bg-raised shadow-card' : 'text-ink-2 hover:text-ink',
            disabled && 'opacity-50',
          )}
        >
          <input
            type="radio"
            name={label}
            checked={value === chosen}
            disabled={disabled}
            onChange={() => onChoose(value)}
            className="absolute inset-0 size-full cursor-pointer opacity-0"
          />
          {titles[value]}
        </label>
      ))}
    </div>
  );
}
