import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { missingRuntime, runtimeFolder, runtimeNotLoaded } from '../../src/machine/runtimeLibrary.js';

const linux = { platform: 'linux', arch: 'x64' } as const;
const windows = { platform: 'win32', arch: 'x64' } as const;

describe('the library of ONNX Runtime', () => {
  it('is found on this machine', () => {
    assert.equal(missingRuntime(), null);
    assert.ok(existsSync(join(runtimeFolder(), 'onnxruntime_binding.node')));
  });

  it('is told to be missing for machines that none is made for, with those that have one', () => {
    const problem = missingRuntime({ platform: 'darwin', arch: 'x64' });
    assert.equal(problem?.code, 'no-engine');
    assert.match(problem.message, /no library for darwin on x64.*Apple silicon/);
    assert.match(problem.fix ?? '', /"tensorflow" and "cpu"/);
  });

  // As Node.js and the system's loaders say it.
  for (const { why, text, on, fix } of [
    {
      why: 'a C library that is too old',
      text: "/lib/x86_64-linux-gnu/libm.so.6: version `GLIBC_2.27' not found (required by /x/libonnxruntime.so.1)",
      on: linux,
      fix: /older than ONNX Runtime asks for.*glibc 2\.28/,
    },
    {
      why: 'a system with musl',
      text: 'Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by /x/libonnxruntime.so.1)',
      on: linux,
      fix: /Alpine/,
    },
    {
      why: 'Windows without the redistributable',
      text: 'The specified module could not be found.\n\\\\?\\C:\\x\\onnxruntime_binding.node',
      on: windows,
      fix: /Visual C\+\+ Redistributable/,
    },
    {
      why: 'anything else',
      text: 'cannot allocate memory in static TLS block',
      on: linux,
      fix: /Install Distillery again/,
    },
  ]) {
    it(`that does not load is explained: ${why}`, () => {
      const problem = runtimeNotLoaded(new Error(text), on);
      assert.equal(problem.message, `ONNX Runtime could not be loaded. The system said: ${text.split('\n')[0]}`);
      assert.match(problem.fix ?? '', fix);
      assert.match(problem.fix ?? '', /"tensorflow" and "cpu" do without it/);
    });
  }
});
