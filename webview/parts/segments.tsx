import type { JSX } from 'preact';

/** Buttons of which one is pressed: a choice among few. */
export function Segments<V extends string>({
  name,
  options,
  value,
  text,
  title,
  onChoose,
}: {
  name: string;
  options: readonly V[];
  value: V;
  text: (option: V) => string;
  title: (option: V) => string;
  onChoose: (option: V) => void;
}): JSX.Element {
  return (
    <span class="segments" role="group" aria-label={name}>
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
