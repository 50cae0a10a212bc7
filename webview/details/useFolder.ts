import { useEffect, useState } from 'preact/hooks';
import { problemOf, type Problem } from '../../src/core/problem.js';
import type { FolderAnswer, RunKey } from '../../src/panel/protocol.js';
import type { Connection } from '../connection.js';

export type FolderState =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly answer: FolderAnswer }
  | { readonly state: 'refused'; readonly problem: Problem };

interface Settled {
  readonly run: RunKey;
  readonly result: FolderState;
}

/** What lies in a run folder; asked for again whenever `version` changes, and what was known stays until then. */
export function useFolder(connection: Connection, run: RunKey, version: string): FolderState {
  const [settled, setSettled] = useState<Settled | null>(null);
  useEffect(() => {
    let wanted = true;
    const settle = (result: FolderState): void => {
      if (wanted) setSettled({ run, result });
    };
    connection.request('folder', { run }).then(
      (answer) => settle({ state: 'ready', answer }),
      (error: unknown) => settle({ state: 'refused', problem: problemOf(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [connection, run, version]);
  return settled?.run === run ? settled.result : { state: 'loading' };
}
