/** The floors of the house: imports point down, never up (ARCHITECTURE.md). */
const floor = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** Of the panel. */
const views = 'confusion|curves|details|header|softLabels|sweep';

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
      'node-above-core',
      'node is what merely Node does, with files, locks and processes: it knows no run and no data.',
      { path: '^src/node' },
      { path: '^src/', pathNot: '^src/(core|node)' },
    ),
    floor(
      'run-above-node',
      'run is the run folder: it knows neither pictures nor the weights of others.',
      { path: '^src/run' },
      { path: '^src/', pathNot: '^src/(core|node|run)' },
    ),
    floor(
      'data-above-run',
      'data is what runs take in. Where it is kept is beside their folders.',
      { path: '^src/data' },
      { path: '^src/', pathNot: '^src/(core|node|run|data)' },
    ),
    floor(
      'machine-above-run',
      'machine knows cards and engines from outside: it tries an engine as a process.',
      { path: '^src/machine' },
      { path: '^src/', pathNot: '^src/(core|node|run|machine)' },
    ),
    floor(
      'panel-is-a-protocol',
      'Both ends of the panel share types only: no Node, no page, no editor.',
      { path: '^src/panel' },
      { pathNot: ['^src/(core|panel)', '^src/run/(record|state|log/(entry|steps))\\.ts$'] },
    ),
    floor(
      'webview-is-a-page',
      'The page sees meaning, the types of the run folder and the protocol; what needs Node stays outside.',
      { path: '^webview' },
      {
        pathNot: [
          '^webview',
          '^src/(core|panel)',
          '^src/run/(record|state|log/(entry|steps))\\.ts$',
          '^node_modules/(preact|@preact/signals-core|@tanstack/virtual-core|uplot|zod|@vscode/webview-ui-toolkit)/',
        ],
      },
    ),
    floor(
      'views-know-parts-only',
      'Views are siblings: what two of them need lies in webview/parts.',
      { path: `^webview/(${views})/` },
      { path: `^webview/(${views})/`, pathNot: '^webview/$1/' },
    ),
    floor(
      'views-on-top',
      'Only the page itself puts the views together: what they stand on knows none of them.',
      { path: '^webview/', pathNot: [`^webview/(${views})/`, '^webview/(app|main)\\.tsx$'] },
      { path: `^webview/(${views})/` },
    ),
    {
      ...floor(
        'rooms-one-way',
        'Rooms that import each other are one room.',
        { path: '^webview/' },
        { circular: true },
      ),
      scope: 'folder',
    },
    floor(
      'toolkit-behind-one-door',
      'The toolkit is archived: its successor must be one file away.',
      { path: '^webview', pathNot: '^webview/toolkit\\.ts$' },
      { path: '^node_modules/@vscode/webview-ui-toolkit' },
    ),
    floor(
      'serve-knows-no-editor',
      'serve answers the panel from run folders, in the editor or without one.',
      { path: '^src/serve' },
      { path: ['^src/', '^vscode$'], pathNot: '^src/(core|node|run|data|panel|serve)' },
    ),
    floor(
      'host-above-launch',
      'The host is the editor: it reads run folders and starts trainers as processes.',
      { path: '^src/(host|extension\\.ts)' },
      { path: '^(src|webview)/', pathNot: '^src/(core|node|run|data|machine|panel|serve|launch|host)' },
    ),
    floor(
      'host-on-top',
      'Nobody stands on the editor.',
      { path: '^(src|webview)/', pathNot: '^src/(host|extension\\.ts)' },
      { path: '^src/(host|extension\\.ts)' },
    ),
    floor(
      'trainer-above-run',
      'A trainer needs nothing but a run folder.',
      { path: '^src/trainer' },
      { path: '^src/', pathNot: '^src/(core|node|run|data|machine|trainer)' },
    ),
    floor(
      'launch-above-run',
      'launch starts trainers as processes and never imports them.',
      { path: '^src/launch' },
      { path: '^src/', pathNot: '^src/(core|node|run|data|machine|launch)' },
    ),
    floor(
      'cli-above-launch',
      'The command line stands on the run folder and on who starts trainers.',
      { path: '^src/cli' },
      { path: '^src/', pathNot: '^src/(core|node|run|data|machine|launch|cli)' },
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
    ...Object.entries({
      graph: 'trace|passes|lowerings|runtime',
      passes: 'trace|lowerings|runtime',
      trace: 'lowerings|runtime',
      runtime: 'trace|passes|lowerings',
    }).map(([room, above]) =>
      floor(
        `traced-engine-${room}`,
        'Graphs know nothing, passes and traces know graphs, lowerings know all of them; who runs graphs knows graphs only.',
        { path: `^src/trainer/engines/onnx/${room}/` },
        { path: `^src/trainer/engines/onnx/((${above})/|[^/]+$)` },
      ),
    ),
    floor(
      'blocks-behind-one-door',
      'What rests on a private part of ONNX Runtime can be taken out whole.',
      { path: '^src/', pathNot: '^src/trainer/engines/onnx/lowerings/blocked/' },
      {
        path: '^src/trainer/engines/onnx/lowerings/blocked/',
        pathNot: '^src/trainer/engines/onnx/lowerings/blocked/blocks\\.ts$',
      },
    ),
    floor(
      'blocks-for-the-engine-alone',
      'One import and one option is all there is of it outside.',
      { path: '^src/', pathNot: '^src/trainer/engines/onnx/(lowerings/blocked/|onnxEngine\\.ts$)' },
      { path: '^src/trainer/engines/onnx/lowerings/blocked/' },
    ),
    floor(
      'vscode-on-top',
      'Below the host nobody knows the editor.',
      { path: '^src/(core|node|run|data|machine|panel|serve|trainer|launch|cli)' },
      { path: '^vscode$' },
    ),
    floor(
      'no-tests-in-product',
      'What ships does not import what tries it.',
      { path: '^(src|webview)/' },
      { path: '^(test|bench|scripts)/' },
    ),
    floor(
      'declared',
      'Every package is declared.',
      { path: '^(src|webview)/' },
      { path: '.', pathNot: '^vscode$', dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
