import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const throughRegular = 'Files are opened for reading by src/node/files/regularFile.ts alone.';
const throughRuntime = 'ONNX Runtime is loaded by src/trainer/engines/onnx/runtime/onnxRuntime.ts alone.';
const runtimePaths = [{ name: 'onnxruntime-node', message: throughRuntime, allowTypeImports: true }];
const runtimeSyntax = {
  selector:
    ':matches(ImportExpression, CallExpression[callee.name=/^require/], CallExpression[callee.type="CallExpression"]) > Literal[value="onnxruntime-node"]',
  message: throughRuntime,
};

const throughFolders =
  'Write through an opened folder (writeFileAtomic, openOwn), which no link and no move leads astray; a file that a person named by writeNamedFile.';
const writing = ['writeFile', 'appendFile', 'copyFile', 'cp', 'mkdir', 'mkdtemp', 'rename', 'symlink', 'link'];
const changing = ['truncate', 'utimes', 'lutimes', 'chmod', 'chown'];
const writingNames = [...writing, ...changing].flatMap((name) => [name, `${name}Sync`]);
const writingPaths = ['node:fs', 'node:fs/promises'].map((name) => ({
  name,
  importNames: [...writingNames, 'createWriteStream'],
  message: throughFolders,
}));
const openingSyntax = {
  selector: 'CallExpression[callee.name=/^open(Sync)?$/]:not([arguments.1.value="r"])[arguments.1.type="Literal"]',
  message: throughFolders,
};

/** Files that make and change others by their paths. */
const openers = [
  // What opened folders and the files in them are made of.
  'src/node/files/openedFolder.ts',
  'src/node/files/ownFile.ts',
  'src/node/files/atomicFile.ts',
  'src/run/openRuns.ts',
  // By the paths of opened folders: moves into place, copies, locks, times of use.
  'src/run/runsFolder.ts',
  'src/node/locks/lock.ts',
  'src/data/datasets/fetchArchive.ts',
  'src/launch/continueRun.ts',
  'src/trainer/data/decodedStore.ts',
  // Into places that a person named, or that are the user's own.
  'src/run/tensorboard/exportEvents.ts',
  'src/host/experimentFile/newExperiment.ts',
  'src/launch/tensorflow/*.ts',
  'src/trainer/engines/onnx/runtime/fallback.ts',
];

/** Names of others may be in every text: what shows it goes through the functions of core/foreignText.ts and words.ts. */
const shownElsewhere = [
  {
    selector:
      'MemberExpression[object.property.name="window"][property.name=/^(show(Information|Warning|Error)Message|(show|create)QuickPick|withProgress|setStatusBarMessage|createOutputChannel)$/]',
    message: 'Texts reach a person through src/host/shown/, which makes them harmless.',
  },
  {
    selector: ':matches(NewExpression, CallExpression)[callee.property.name="MarkdownString"]',
    message: 'Markdown is made by src/host/shown/markdown.ts, which escapes texts and trusts none.',
  },
  {
    selector: 'AssignmentExpression[left.property.name=/^(isTrusted|supportHtml)$/]',
    message: 'Markdown is never trusted, and holds no HTML.',
  },
  {
    selector: 'CallExpression[callee.property.name="write"][callee.object.property.name=/^std(out|err)$/]',
    message: 'What is printed goes through src/cli/output.ts, which makes it harmless.',
  },
  {
    selector: ':matches(MemberExpression, Property)[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML|srcdoc)$/]',
    message: 'Texts are text nodes, never HTML.',
  },
  {
    selector: 'CallExpression[callee.property.name=/^(fill|stroke)Text$/]',
    message: 'Texts are drawn by webview/shownText.ts, which makes them harmless.',
  },
  { selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: 'Texts are text nodes, never HTML.' },
];

export default defineConfig(
  globalIgnores(['dist/', 'out/', 'node_modules/', '.vscode-test/', '.distillery/']),
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Control characters are what formats of files and of terminals are known by.
      'no-control-regex': 'off',
      // Of sums that pause, one that needs no pause is a generator like the others.
      'require-yield': 'off',
      // Leaving a part out of an object is how it is taken out.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-globals': ['error', { name: 'Math.random', message: 'Random numbers come from core/random.ts.' }],
      'max-lines': ['error', { max: 400 }],
      // Types may come from there; whoever loads the library must have turned its telemetry off first.
      '@typescript-eslint/no-restricted-imports': ['error', { paths: runtimePaths }],
      'no-restricted-syntax': ['error', runtimeSyntax],
    },
  },
  {
    // What builds, checks and packs: Node runs it as it is.
    files: ['**/*.{mjs,cjs,js}'],
    extends: [js.configs.recommended],
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', module: 'readonly', URL: 'readonly' },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-unused-vars': ['error', { ignoreRestSiblings: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: openers,
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { paths: [...runtimePaths, ...writingPaths] }],
      'no-restricted-syntax': ['error', runtimeSyntax, openingSyntax],
    },
  },
  {
    files: ['src/{cli,core,data,host,launch,node,panel,run,serve}/**/*.ts', 'src/*.ts'],
    ignores: ['src/host/shown/*.ts', ...openers],
    rules: { 'no-restricted-syntax': ['error', runtimeSyntax, openingSyntax, ...shownElsewhere] },
  },
  {
    files: openers.filter((file) => !file.startsWith('src/trainer/')),
    rules: { 'no-restricted-syntax': ['error', runtimeSyntax, ...shownElsewhere] },
  },
  {
    files: ['webview/**/*.{ts,tsx}'],
    ignores: ['webview/shownText.ts'],
    rules: { 'no-restricted-syntax': ['error', runtimeSyntax, ...shownElsewhere] },
  },
  {
    files: ['src/trainer/engines/onnx/runtime/onnxRuntime.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    // What somebody else may have put there is opened where pipes and devices are refused, and with a bound.
    files: ['src/**/*.ts'],
    ignores: [
      // Of the system's own files, of ours alone, or for writing.
      'src/cli.ts',
      'src/launch/continueRun.ts',
      'src/launch/localProcess.ts',
      'src/launch/processGroup.ts',
      'src/machine/cards.ts',
      'src/data/datasets/download.ts',
      'src/node/files/atomicFile.ts',
      'src/node/files/openedFolder.ts',
      'src/node/files/ownFile.ts',
      'src/node/files/regularFile.ts',
      'src/data/imageFolder/listClasses.ts',
      'src/node/locks/lock.ts',
      'src/run/log/log.ts',
      'src/node/processes/process.ts',
      'src/node/processes/processProbe.ts',
      'src/trainer/engines/onnx/runtime/fallback.ts',
      'src/trainer/engines/softwareDriver.ts',
      'src/trainer/engines/tensorflow.ts',
    ],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'node:fs/promises', importNames: ['readFile', 'open'], message: throughRegular },
            {
              name: 'node:fs',
              importNames: ['readFileSync', 'readFile', 'open', 'openSync', 'createReadStream'],
              message: throughRegular,
            },
          ],
        },
      ],
    },
  },
  {
    // node:test returns promises that it awaits itself.
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-floating-promises': 'off', 'max-lines': 'off' },
  },
  {
    // These talk to a terminal.
    files: [
      'src/cli.ts',
      'src/trainer/main.ts',
      'src/trainer/tensorflowCheck.ts',
      'src/trainer/exporter.ts',
      'bench/**/*.ts',
      'scripts/**/*.ts',
      'test/editor/*.ts',
      'test/tour/**/*.ts',
    ],
    rules: { 'no-console': 'off' },
  },
);
