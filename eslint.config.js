import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const throughRuntime = 'ONNX Runtime is loaded by src/trainer/engines/onnx/runtime.ts alone.';

export default defineConfig(
  globalIgnores(['dist/', 'out/', 'node_modules/', '.vscode-test/', '.distillery/']),
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Leaving a part out of an object is how it is taken out.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-globals': ['error', { name: 'Math.random', message: 'Random numbers come from core/random.ts.' }],
      'max-lines': ['error', { max: 400 }],
      // Types may come from there; whoever loads the library must have turned its telemetry off first.
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [{ name: 'onnxruntime-node', message: throughRuntime, allowTypeImports: true }] },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            ':matches(ImportExpression, CallExpression[callee.name=/^require/], CallExpression[callee.type="CallExpression"]) > Literal[value="onnxruntime-node"]',
          message: throughRuntime,
        },
      ],
    },
  },
  {
    files: ['src/trainer/engines/onnx/runtime.ts'],
    rules: { 'no-restricted-syntax': 'off' },
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
