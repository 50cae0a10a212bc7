import type { JSX } from 'preact';
import './segments.css';

/** Buttons of which one is pressed: a choice among few. */
export function Segments<V extends string>({
  name,
  heading,
  options,
  value,
  text,
  title,
  onChoose,
}: {
  name: string;
  /** Stands before the buttons. */
  heading?: string;
  options: readonly V[];
  value: V;
  text: (option: V) => string;
  title: (option: V) => string;
  onChoose: (option: V) => void;
}): JSX.Element {
  return (
    <span class="segments" role="group" aria-label={name}>
      {heading !== undefined && <span class="muted">{heading}</span>}
      {options.map((option) => (
        <button
          key={option}
          class="segment"
          aria-pressed={option === value}
          title={title(option)}
          onClick={() => onChoose(option)}
        >
          {text(option)}
        </button>
      ))}
    </span>
  );
}
