'use client';
import clsx from 'clsx';
import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react';

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

/**
 * Tabs of which one is in the tab order and arrow keys, Home and End choose; only the chosen panel is
 * there. https://www.w3.org/WAI/ARIA/apg/patterns/tabs/
 */
export function Tabs<Name extends string>(props: Props<Name>) {
  const { label, tabs, chosen, onChoose, aside, className, panelClassName, children } = props;
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const tabId = (name: Name) => `${id}-${name}`;
  const panelId = `${id}-panel`;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const at = tabs.findIndex(({ name }) => name === chosen);
    const next = indexAfter(event.key, at, tabs.length);
    const tab = next === null ? undefined : tabs[next];
    if (next === null || !tab) return;
    event.preventDefault();
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[next]?.focus();
    onChoose(tab.name);
  };
  return (
    <div className={className}>
      <div className="flex items-center gap-2 border-b border-line px-2">
        <div
          ref={list}
          role="tablist"
          aria-label={label}
          onKeyDown={onKeyDown}
          className="-mb-px flex min-w-0 flex-1 gap-1 overflow-x-auto [scrollbar-width:none]"
        >
          {tabs.map(({ name, title, icon }) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={tabId(name)}
              aria-selected={name === chosen}
              aria-controls={panelId}
              tabIndex={name === chosen ? 0 : -1}
              onClick={() => onChoose(name)}
              className={clsx(
                'flex h-10 shrink-0 items-center gap-1.5 border-b-2 px-2.5 text-[13px] font-medium transition-colors focus-visible:-outline-offset-2',
                name === chosen
                  ? 'border-accent text-ink'
                  : 'border-transparent text-ink-2 hover:text-ink',
              )}
            >
              {icon}
              {title}
            </button>
          ))}
        </div>
        {aside}
      </div>
      <div
        role="tabpanel"
        id={panelId}
        aria-labelledby={tabId(chosen)}
        tabIndex={-1}
        className={panelClassName}
      >
        {children}
      </div>
    </div>
  );
}

/** The tab that a key chooses, round the ends; null for other keys. Pure. */
function indexAfter(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
      return (at + 1) % count;
    case 'ArrowLeft':
      return (at - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
