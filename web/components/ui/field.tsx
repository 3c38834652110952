import { useId, useState } from 'react';

const box = 'h-9 w-full min-w-0 rounded-lg border border-line-strong bg-surface px-3 text-sm';
const caption = 'mb-1 block text-xs text-ink-2';

export function Field({
  label,
  value,
  type = 'text',
  placeholder,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly type?: 'text' | 'number';
  readonly placeholder?: string;
  readonly onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="min-w-0 flex-1">
      <label htmlFor={id} className={caption}>
        {label}
      </label>
      <input
        id={id}
        type={type}
        step="any"
        value={value}
        placeholder={placeholder}
        onChange={(event) => onChange(event.target.value)}
        className={box}
      />
    </div>
  );
}

/** A number within bounds; what is being typed is left alone until it is done. */
export function NumberField({
  label,
  value,
  least,
  most,
  step = 1,
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly step?: number;
  readonly onChange: (value: number) => void;
}) {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const take = (text: string) => {
    setTyped(text);
    const number = Number(text);
    if (text !== '' && number >= least && number <= most) onChange(number);
  };
  return (
    <div className="min-w-0 flex-1">
      <label htmlFor={id} className={caption}>
        {label}
      </label>
      <input
        id={id}
        type="number"
        min={least}
        max={most}
        step={step}
        value={typed ?? String(value)}
        onChange={(event) => take(event.target.value)}
        onBlur={() => setTyped(null)}
        className={box}
      />
    </div>
  );
}

export function Select<Value extends string>({
  label,
  value,
  values,
  titles,
  onChange,
}: {
  readonly label: string;
  readonly value: Value;
  readonly values: readonly Value[];
  readonly titles: Readonly<Record<Value, string>>;
  readonly onChange: (value: Value) => void;
}) {
  const id = useId();
  return (
    <div className="min-w-0 flex-1">
      <label htmlFor={id} className={caption}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value as Value)}
        className={box}
      >
        {values.map((each) => (
          <option key={each} value={each}>
            {titles[each]}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A slider with its number; a drag of it is one change. */
export function Range({
  label,
  min,
  max,
  value,
  onGrab,
  onDrop,
  onChange,
}: {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly value: number;
  readonly onGrab: () => void;
  readonly onDrop: () => void;
  readonly onChange: (value: number) => void;
}) {
  const id = useId();
  return (
    <div className="flex items-center gap-3 text-xs">
      <label htmlFor={id} className="w-32 shrink-0 truncate text-ink-2">
        {label}
      </label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={0.01}
        value={value}
        onPointerDown={onGrab}
        onPointerUp={onDrop}
        onChange={(event) => onChange(Number(event.target.value))}
        className="min-w-0 flex-1 accent-accent"
      />
      <span className="w-10 text-right font-mono tabular-nums">{value.toFixed(2)}</span>
    </div>
  );
}
