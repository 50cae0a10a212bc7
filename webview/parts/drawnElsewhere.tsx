import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface DrawnElsewhereProps {
  readonly class: string;
  readonly element: HTMLElement | undefined;
}

/** A place for what is drawn without Preact. */
export function DrawnElsewhere({ class: name, element }: DrawnElsewhereProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (element !== undefined) host.current?.replaceChildren(element);
  }, [element]);
  return <div ref={host} class={name} />;
}
