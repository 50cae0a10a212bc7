/** The floors of the house: imports point down, never up (ARCHITECTURE.md). */
const floor = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    floor('no-cycles', 'A cycle means that two files are one.', {}, { circular: true }),
    floor(
      'core-knows-nothing',
      'core is pure meaning: no floor above it, no Node, no VS Code.',
      { path: '^src/core' },
      { pathNot: ['^src/core', '^node_modules/(zod|jsonc-parser)/'] },
    ),
    floor(
      'run-above-core',
      'run may use core only.',
      { path: '^src/run' },
      { path: '^src/', pathNot: '^src/(core|run)' },
    ),
    floor(
      'trainer-above-run',
      'A trainer needs nothing but a run folder.',
      { path: '^src/trainer' },
      { path: '^src/', pathNot: '^src/(core|run|trainer)' },
    ),
    floor(
      'launch-above-run',
      'launch starts trainers as processes and never imports them.',
      { path: '^src/launch' },
      { path: '^src/', pathNot: '^src/(core|run|launch)' },
    ),
    floor(
      'cli-above-launch',
      'The command line stands on the run folder and on who starts trainers.',
      { path: '^src/cli' },
      { path: '^src/', pathNot: '^src/(core|run|launch|cli)' },
    ),
    floor(
      'cli-on-top',
      'Nobody stands on the command line.',
      { path: '^src/', pathNot: '^src/cli' },
      { path: '^src/cli' },
    ),
    floor(
      'trainer-is-a-process',
      'Only the trainer knows its inside; others read the run folder.',
      { path: '^src/', pathNot: '^src/trainer' },
      { path: '^src/trainer' },
    ),
    floor(
      'vscode-on-top',
      'Below the host nobody knows the editor.',
      { path: '^src/(core|run|trainer|launch|cli)' },
      { path: '^vscode$' },
    ),
    floor(
      'no-tests-in-product',
      'What ships does not import what tries it.',
      { path: '^src/' },
      { path: '^(test|bench|scripts)/' },
    ),
    floor(
      'declared',
      'Every package is declared.',
      { path: '^src/' },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
