import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build, context } from 'esbuild';

/**
 * Bundles what runs into dist/, and what is tried or used while developing into out/.
 *   node esbuild.mjs [--watch] [--editor] [--tour] [--bench] [--scripts] [--tests [part of a file's name …]]
 *   node esbuild.mjs --package     only what runs, as scripts/package.mjs wants it
 */
const arguments_ = process.argv.slice(2);
const packaging = arguments_.includes('--package');
const dist = packaging ? 'out/package/extension/dist' : 'dist';

/** Native code cannot be bundled, nor the tools that some tests use. */
const external = [
  ...['onnxruntime-node', 'sharp'],
  ...['esbuild', 'mocha', 'playwright-core', '@vscode/test-electron', '@vscode/vsce'],
];

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

/** `import code from './worker.ts?code'`: the code of a worker, bundled as the page is, as a text inside of the page's. */
const workerCode = {
  name: 'worker code',
  setup({ onResolve, onLoad, initialOptions: { minify, minifyWhitespace, minifySyntax, target } }) {
    onResolve({ filter: /\?code$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path.replace(/\?code$/, '')),
      namespace: 'code',
    }));
    onLoad({ filter: /./, namespace: 'code' }, async ({ path }) => {
      const small = { minify, minifyWhitespace, minifySyntax };
      const bundled = { bundle: true, format: 'iife', write: false, metafile: true, legalComments: 'none' };
      const { outputFiles, metafile } = await build({ entryPoints: [path], target, ...small, ...bundled });
      usedElsewhere.push(metafile);
      return {
        contents: outputFiles[0].text,
        loader: 'text',
        watchFiles: Object.keys(metafile.inputs).map((file) => resolve(file)),
      };
    });
  },
};

/** What is bundled into a bundle as a text. */
const usedElsewhere = [];

/** The editor loads its extensions as CommonJS modules and gives them `vscode`. */
const insideEditor = {
  ...node,
  banner: {},
  format: 'cjs',
  external: [...external, 'vscode'],
  // zod asks it whether it runs in a Cloudflare worker; the extension host reports whoever asks.
  define: { navigator: 'undefined' },
  outExtension: { '.js': '.cjs' },
};

const targets = [
  {
    ...node,
    entryPoints: {
      cli: 'src/cli.ts',
      trainer: 'src/trainer/main.ts',
      exporter: 'src/trainer/exporter.ts',
      probe: 'src/trainer/probe.ts',
      check: 'src/trainer/check.ts',
      tensorflowCheck: 'src/trainer/tensorflowCheck.ts',
    },
    outdir: dist,
  },
  {
    ...insideEditor,
    entryPoints: { extension: 'src/extension.ts', host: 'src/host/build.ts' },
    outdir: dist,
    // What the beginning loads later is a file of its own beside it, and required as CommonJS modules are.
    supported: { 'dynamic-import': false },
    plugins: [
      {
        name: 'later',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^\.\/host\/build\.js$/ }, ({ kind }) =>
            kind === 'dynamic-import' ? { path: './host.cjs', external: true } : null,
          ),
      },
    ],
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
    plugins: [workerCode],
    outdir: `${dist}/webview`,
  },
];
if (arguments_.includes('--tests')) {
  const parts = arguments_.slice(arguments_.indexOf('--tests') + 1);
  const isWanted = (name) => parts.length === 0 || parts.some((part) => name.includes(part));
  const entryPoints = (await files('test')).filter((name) => !/^test\/(editor|tour)\//.test(name) && isWanted(name));
  targets.push({ ...node, entryPoints, outdir: 'out/test', outbase: 'test' });
}
if (arguments_.includes('--editor')) {
  // Every test that is found there is run.
  await rm('out/editor', { recursive: true, force: true });
  // What runs inside the extension host, and what starts it.
  const inEditor = (name) => name.startsWith('test/editor/');
  const inside = [...(await files('test')), ...(await files('test', '/runner.ts'))].filter(inEditor);
  targets.push(
    {
      ...insideEditor,
      entryPoints: inside,
      outdir: 'out/editor',
      outbase: 'test/editor',
    },
    { ...node, entryPoints: ['test/editor/main.ts', 'test/editor/launcher.ts'], outdir: 'out/editor' },
  );
}
if (arguments_.includes('--tour')) targets.push({ ...node, entryPoints: ['test/tour/main.ts'], outdir: 'out/tour' });
if (arguments_.includes('--scripts')) {
  const entryPoints = (await files('scripts')).filter((name) => name.split('/').length === 2);
  targets.push({ ...node, entryPoints, outdir: 'out/scripts', outbase: 'scripts' });
}
if (arguments_.includes('--bench')) {
  const inProbe = (name) => name.startsWith('bench/soak/probe/');
  const entryPoints = (await files('bench')).filter((name) => !inProbe(name));
  targets.push(
    { ...node, entryPoints, outdir: 'out/bench', outbase: 'bench' },
    { ...insideEditor, entryPoints: { 'soak/probe/extension': 'bench/soak/probe/extension.ts' }, outdir: 'out/bench' },
  );
}

async function files(folder, ending = folder === 'test' ? '.test.ts' : '.ts') {
  const found = await readdir(folder, { recursive: true });
  return found.filter((name) => name.endsWith(ending)).map((name) => `${folder}/${name}`);
}

/** Small, but with the names that a stack trace in a bug report needs; whose code is inside, for the notices. */
async function buildPackage() {
  const small = { sourcemap: false, minifyWhitespace: true, minifySyntax: true, legalComments: 'none', metafile: true };
  const results = await Promise.all(targets.map((target) => build({ ...target, ...small })));
  await mkdir('out/package', { recursive: true });
  await writeFile(
    'out/package/inputs.json',
    JSON.stringify([...results.map(({ metafile }) => metafile), ...usedElsewhere].flatMap(usedInputs)),
  );
}

function usedInputs({ outputs }) {
  return Object.values(outputs).flatMap(({ inputs }) =>
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
