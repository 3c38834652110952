import clsx from 'clsx';
import { useId, type ReactNode } from 'react';

export type Tab<Name extends string> = {
  readonly name: Name;
  readonly title: string;
  readonly icon?: ReactNode;
};

type Props<Name extends string> = {
  readonly label: string;
  readonly tabs: readonly Tab<Name>[];
  readonly chosen: Name;
  readonly onChoose: (name: Name) => void;
  readonly children: ReactNode;
};

/** Tabs with arrow keys; only the chosen panel is there. */
export function Tabs<Name extends string>(props: Props<Name>) {
  const { label, tabs, chosen, onChoose, children } = props;
  const id = useId();
  const move = (step: number) => {
    const index = tabs.findIndex(({ name }) => name === chosen);
    const next = tabs[(index + step + tabs.length) % tabs.length]!;
    onChoose(next.name);
    document.getElementById(`${id}-${next.name}`)?.focus();
  };
  return (
    <div className="space-y-3">
      <div
        role="tablist"
        aria-label={label}
        className="flex gap-1 rounded-xl bg-sunken p-1"
        onKeyDown={(event) => {
          if (event.key === 'ArrowRight') move(1);
          if (event.key === 'ArrowLeft') move(-1);
        }}
      >
        {tabs.map(({ name, title, icon }) => (
          <button
            key={name}
            id={`${id}-${name}`}
            type="button"
            role="tab"
            aria-selected={name === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={name === chosen ? 0 : -1}
            onClick={() => onChoose(name)}
            className={clsx(
              'flex h-8 flex-1 items-center justify-center gap-2 rounded-lg text-[13px] font-medium transition-colors',
              name === chosen ? 'bg-raised text-ink shadow-card' : 'text-ink-2 hover:text-ink',
            )}
          >
            {icon}
            {title}
          </button>
        ))}
      </div>
      <div
        id={`${id}-panel`}
        role="tabpanel"
        aria-labelledby={`${id}-${chosen}`}
        className="space-y-3"
      >
        {children}
      </div>
    </div>
  );
}
