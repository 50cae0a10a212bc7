import type { JSX } from 'preact';
import { counted } from '../../src/core/words.js';
import { fileSize } from '../runWords.js';
import { ProblemLine } from '../problemLine.js';
import type { FolderState } from './useFolder.js';

/** What lies in the run folder: files, lines of the log that could not be used, the trainer's last words. */
export function FolderSection({ folder }: { readonly folder: FolderState }): JSX.Element {
  if (folder.state === 'loading') return <p class="muted">Reading the folder …</p>;
  if (folder.state === 'refused') return <ProblemLine problem={folder.problem} />;
  const { files, output, logProblems } = folder.answer;
  const logits = files.filter(({ name }) => name.startsWith('logits/'));
  const others = files.filter(({ name }) => !name.startsWith('logits/'));
  const row = (name: string, bytes: number): JSX.Element => (
    <tr key={name}>
      <th scope="row">{name}</th>
      <td class="number">{fileSize(bytes)}</td>
    </tr>
  );
  return (
    <>
      {logProblems.length > 0 && (
        <section>
          <h2>Lines of the log that could not be used</h2>
          {logProblems.map((problem, index) => (
            <ProblemLine key={index} problem={problem} />
          ))}
        </section>
      )}
      <section>
        <h2>Files</h2>
        <table>
          <tbody>
            {others.map(({ name, bytes }) => row(name, bytes))}
            {logits.length > 0 &&
              row(
                `logits (${counted(logits.length, 'file')})`,
                logits.reduce((sum, { bytes }) => sum + bytes, 0),
              )}
          </tbody>
        </table>
      </section>
      <section>
        <h2>Trainer output</h2>
        {output === '' ? (
          <p class="muted">The training process wrote nothing.</p>
        ) : (
          <pre class="trainer-output" tabIndex={0} aria-label="Last lines of the trainer's output">
            {output}
          </pre>
        )}
      </section>
    </>
  );
}
