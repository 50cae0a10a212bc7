import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { problemOf, type Problem } from '../src/core/problem.js';
import type { Connection } from './connection.js';
import { pngOf } from './export/png.js';
import { ProblemLine } from './problemLine.js';
import { Button } from './toolkit.js';

export interface ViewToolsProps {
  /** Of the files offered, without an ending: `curves-student`. */
  readonly name: string;
  readonly connection: Connection;
  /** Whether the table stands in the picture's place. Left out where there is no table. */
  readonly table?: boolean;
  readonly onTable?: () => void;
  /** The picture as a standalone SVG, made when it is asked for. */
  readonly svg?: () => string | Promise<string>;
  readonly csv?: () => string;
}

/** The buttons that every view has: its table, and its export. */
export function ViewTools({ name, connection, table, onTable, svg, csv }: ViewToolsProps): JSX.Element {
  const [problem, setProblem] = useState<Problem | null>(null);
  const save = async (format: 'png' | 'svg' | 'csv', make: () => Promise<Uint8Array>): Promise<void> => {
    setProblem(null);
    try {
      connection.command({ command: 'save', name: fileName(name, format), format, bytes: await make() });
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  return (
    <div class="view-tools" role="group" aria-label="Table and export">
      {onTable && (
        <Button
          appearance={table === true ? 'primary' : 'secondary'}
          pressed={table === true}
          title={table === true ? 'Show the picture' : 'Show the same as a table'}
          onClick={onTable}
        >
          Table
        </Button>
      )}
      {svg && (
        <Button
          appearance="secondary"
          title="Save the picture as a PNG file"
          onClick={() => void save('png', async () => pngOf(await svg()))}
        >
          PNG
        </Button>
      )}
      {svg && (
        <Button
          appearance="secondary"
          title="Save the picture as an SVG file"
          onClick={() => void save('svg', async () => bytes(await svg()))}
        >
          SVG
        </Button>
      )}
      {csv && (
        <Button
          appearance="secondary"
          title="Save the numbers as a CSV file"
          onClick={() => void save('csv', () => Promise.resolve(bytes(csv())))}
        >
          CSV
        </Button>
      )}
      {problem && <ProblemLine problem={problem} />}
    </div>
  );
}

/** A name that every file system takes. */
function fileName(name: string, format: string): string {
  const safe = name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replaceAll(/^[-.]+|[-.]+$/g, '');
  return `${safe === '' ? 'export' : safe.slice(0, 100)}.${format}`;
}
