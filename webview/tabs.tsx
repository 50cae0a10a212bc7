import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';

export interface Tab<N extends string> {
  readonly name: N;
  readonly text: string;
  readonly title: string;
}

interface TabsProps<N extends string> {
  readonly label: string;
  readonly tabs: readonly Tab<N>[];
  readonly selected: N;
  readonly onSelect: (name: N) => void;
}

/** Id of the element that a tab controls, and of the tab itself. */
export const panelId = (name: string): string => `panel-${name}`;
export const tabId = (name: string): string => `tab-${name}`;

/** A row of tabs as ARIA describes it: one stop of the Tab key; arrows, Home and End move and choose. */
export function Tabs<N extends string>({ label, tabs, selected, onSelect }: TabsProps<N>): JSX.Element {
  const row = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = tabs.findIndex(({ name }) => name === selected);
    const to = destination({ key: event.key, at, count: tabs.length });
    const tab = to === null ? undefined : tabs[to];
    if (tab === undefined) return;
    event.preventDefault();
    onSelect(tab.name);
    row.current?.querySelector<HTMLElement>(`#${tabId(tab.name)}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} ref={row} onKeyDown={onKeyDown}>
      {tabs.map(({ name, text, title }) => (
        <button
          key={name}
          id={tabId(name)}
          class="tab"
          role="tab"
          title={title}
          aria-selected={name === selected}
          aria-controls={panelId(name)}
          tabIndex={name === selected ? 0 : -1}
          onClick={() => onSelect(name)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

function destination({ key, at, count }: { key: string; at: number; count: number }): number | null {
  switch (key) {
    case 'ArrowRight':
      return (at + 1) % count;
    case 'ArrowLeft':
      return (at + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
