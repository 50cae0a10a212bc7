import { ProblemError } from '../core/problem.js';
import { protocolVersion } from '../panel/protocol.js';

/** Runs that one panel shows at most. */
export const mostShown = 50;

export function notTrusted(): ProblemError {
  return new ProblemError({
    code: 'not-trusted',
    message:
      'Nothing is run or stopped, and no file that an experiment names is read, in a workspace that is not trusted.',
    fix: 'Trust the workspace first.',
  });
}

export function tooMany(count: number): ProblemError {
  return new ProblemError({
    code: 'too-many-runs',
    message: `A panel shows ${mostShown} runs at most; these would be ${count}.`,
    fix: 'Compare fewer at a time.',
  });
}

export function otherVersion(version: number): ProblemError {
  return new ProblemError({
    code: 'panel-version',
    message: `The panel speaks version ${version} of the protocol, the extension version ${protocolVersion}.`,
    fix: 'Reload the window.',
  });
}

export function noTrainers(): ProblemError {
  return new ProblemError({
    code: 'no-trainers',
    message: 'Nothing can be trained from this page.',
    fix: 'Open the runs in the editor, or run the experiment from the command line.',
  });
}
