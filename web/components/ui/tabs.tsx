'use client';
import * as Radix from '@radix-ui/react-tabs';
import clsx from 'clsx';
import type { ReactNode } from 'react';

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
  /** What stands at the right of the tabs. */
  readonly aside?: ReactNode;
  readonly className?: string;
  readonly panelClassName?: string;
  readonly children: ReactNode;
};

/** Tabs with arrow keys; only the chosen panel is there. */
export function Tabs<Name extends string>(props: Props<Name>) {
  const { label, tabs, chosen, onChoose, aside, className, panelClassName, children } = props;
  return (
    <Radix.Root
      value={chosen}
      onValueChange={(name) => onChoose(name as Name)}
      className={className}
    >
      <div className="flex items-center gap-2 border-b border-line px-2">
        <Radix.List
          aria-label={label}
          className="-mb-px flex min-w-0 flex-1 gap-1 overflow-x-auto [scrollbar-width:none]"
        >
          {tabs.map(({ name, title, icon }) => (
            <Radix.Trigger
              key={name}
              value={name}
              className={clsx(
                'flex h-10 shrink-0 items-center gap-1.5 border-b-2 px-2.5 text-[13px] font-medium transition-colors focus-visible:-outline-offset-2',
                name === chosen
                  ? 'border-accent text-ink'
                  : 'border-transparent text-ink-2 hover:text-ink',
              )}
            >
              {icon}
              {title}
            </Radix.Trigger>
          ))}
        </Radix.List>
        {aside}
      </div>
      <Radix.Content value={chosen} className={panelClassName} tabIndex={-1}>
        {children}
      </Radix.Content>
    </Radix.Root>
  );
}
