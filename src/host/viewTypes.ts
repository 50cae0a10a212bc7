/** Kinds of panels, as package.json declares them. */
export const viewTypes = {
  /** `run.json` below `.distillery/runs`. */
  run: 'distillery.run',
  /** A `run.json` anywhere else, by choice. */
  runFile: 'distillery.runFile',
  compare: 'distillery.compare',
} as const;
