import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whose copyright it is where a package says it nowhere but in its sources. */
const holders = {
  '@tensorflow/tfjs-core': 'Google LLC',
  '@tensorflow/tfjs-backend-cpu': 'Google LLC',
  'onnxruntime-node': 'Microsoft Corporation',
  'onnxruntime-common': 'Microsoft Corporation',
};

/**
 * The licenses of what a package carries.
 * @param bundled files that went into a bundle, as paths that hold `node_modules/<package>/`
 * @param carried names of packages that are carried as they are
 * @throws Error for a package that says nothing of its license or of its author
 */
export function thirdPartyNotices({ bundled, carried }) {
  const folders = new Set(carried.map((name) => `node_modules/${name}`));
  for (const file of bundled) {
    const [folder] = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file) ?? [];
    if (folder !== undefined) folders.add(folder);
  }
  const notices = [...folders].sort().map(notice);
  const head = 'Distillery contains the packages listed here, each under its own license.\n';
  return [head, ...new Set(notices)].join(`\n${'-'.repeat(80)}\n\n`);
}

function notice(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (typeof manifest.license !== 'string') throw new Error(`${folder} names no license.`);
  return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${licenseText(folder, manifest).trim()}\n`;
}

function licenseText(folder, { name, license, author }) {
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notices?|copyright)/i.test(file));
  if (files.length > 0) return files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
  const holder = holders[name] ?? author?.name ?? author;
  if (typeof holder !== 'string') throw new Error(`${folder} says neither its license nor its author.`);
  const standard = readFileSync(new URL(`licenses/${license}.txt`, import.meta.url), 'utf8');
  return `Copyright (c) ${holder.replace(/ <.*>/, '')}\n\n${licensingSection(folder)}${standard}`;
}

/** What a package says of the code of others inside it, in its README under that title. */
function licensingSection(folder) {
  const readme = join(folder, 'README.md');
  if (!existsSync(readme)) return '';
  const [section] = /^## Licensing[\s\S]*/m.exec(readFileSync(readme, 'utf8')) ?? [];
  return section === undefined ? '' : `${section.trim()}\n\n`;
}
