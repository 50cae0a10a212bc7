import type { JSX } from 'preact';
import type { Problem } from '../../src/core/problem.js';
import { counted } from '../../src/core/words.js';

/** What must be seen although the run goes on: the first in full, more of them one click away. */
export function Warnings({ warnings }: { readonly warnings: readonly Problem[] }): JSX.Element | null {
  const [first, ...others] = warnings;
  if (first === undefined) return null;
  return (
    <section class="warnings" aria-label="Warnings">
      <Warning warning={first} />
      {others.length > 0 && (
        <details>
          <summary>{counted(others.length, 'more warning')}</summary>
          {others.map((warning) => (
            <Warning key={`${warning.code} ${warning.message}`} warning={warning} />
          ))}
        </details>
      )}
    </section>
  );
}

function Warning({ warning: { message, fix } }: { readonly warning: Problem }): JSX.Element {
  return (
    <p class="warning" role="note">
      <span class="warning-mark" aria-hidden="true">
        ⚠
      </span>
      <span>
        <span class="unseen">Warning: </span>
        {message}
        {fix !== undefined && <span class="muted"> {fix}</span>}
      </span>
    </p>
  );
}
