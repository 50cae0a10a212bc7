import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { build, context } from 'esbuild';

/**
 * Bundles what runs into dist/, and what is tried or used while developing into out/.
 *   node esbuild.mjs [--watch] [--tests] [--bench] [--scripts]
 *   node esbuild.mjs --package     only what runs, as scripts/package.mjs wants it
 */
const arguments_ = process.argv.slice(2);
const packaging = arguments_.includes('--package');
const dist = packaging ? 'out/package/extension/dist' : 'dist';

/** Native code cannot be bundled, nor the bundler, which some tests use; tfjs-node a user may have installed beside us. */
const external = ['onnxruntime-node', '@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu', 'esbuild'];

const node = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
  external,
  // One copy of tfjs-core: the same modules for its index and for its gradients.
  mainFields: ['module', 'main'],
  // CommonJS packages inside an ES module still ask for Node's own modules with require.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
};

const targets = [
  {
    ...node,
    entryPoints: { cli: 'src/cli.ts', trainer: 'src/trainer/main.ts' },
    outdir: dist,
  },
  {
    // The editor loads its extensions as CommonJS modules and gives them `vscode`.
    ...node,
    banner: {},
    format: 'cjs',
    external: [...external, 'vscode'],
    entryPoints: { extension: 'src/extension.ts' },
    outdir: dist,
    outExtension: { '.js': '.cjs' },
  },
  {
    bundle: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2023',
    minify: true,
    sourcemap: true,
    logLevel: 'warning',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    entryPoints: { panel: 'webview/main.tsx' },
    outdir: `${dist}/webview`,
  },
];
if (arguments_.includes('--tests')) {
  targets.push({ ...node, entryPoints: await files('test'), outdir: 'out/test', outbase: 'test' });
}
if (arguments_.includes('--scripts')) {
  targets.push({ ...node, entryPoints: await files('scripts'), outdir: 'out/scripts', outbase: 'scripts' });
}
if (arguments_.includes('--bench')) {
  targets.push({ ...node, entryPoints: await files('bench'), outdir: 'out/bench', outbase: 'bench' });
}

async function files(folder) {
  const found = await readdir(folder, { recursive: true });
  return found
    .filter((name) => name.endsWith(folder === 'test' ? '.test.ts' : '.ts'))
    .map((name) => `${folder}/${name}`);
}

/** Small, but with the names that a stack trace in a bug report needs; whose code is inside, for the notices. */
async function buildPackage() {
  const small = { sourcemap: false, minifyWhitespace: true, minifySyntax: true, legalComments: 'none', metafile: true };
  const results = await Promise.all(targets.map((target) => build({ ...target, ...small })));
  await mkdir('out/package', { recursive: true });
  await writeFile('out/package/inputs.json', JSON.stringify(results.flatMap(usedInputs)));
}

function usedInputs({ metafile }) {
  return Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
}

if (packaging) {
  await buildPackage();
} else if (arguments_.includes('--watch')) {
  for (const target of targets) await (await context(target)).watch();
} else {
  await Promise.all(targets.map((target) => build(target)));
}
