import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compilerFailure, noGpu, npmFailure, pipFailure } from '../../../src/launch/tensorflow/failure.js';
import type { ToolResult } from '../../../src/launch/tensorflow/tool.js';

const ended = (output: string): ToolResult => ({ code: 1, endedBy: null, stdout: '', output });

/** As the tools really print them, cut to what matters. */
const npm: Record<string, { output: string; code: string; names?: RegExp }> = {
  'a download host that is blocked': {
    output: `> @tensorflow/tfjs-node@4.22.0 install
> node scripts/install.js
CPU-linux-4.22.0.tar.gz
* Downloading libtensorflow
https://storage.example/tensorflow/libtensorflow/libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz
Error: getaddrinfo ENOTFOUND storage.example
npm error code 1
npm error command sh -c node scripts/install.js`,
    code: 'download-blocked',
    names: /storage\.example/,
  },
  'a proxy that answers with a page': {
    output: `* Downloading libtensorflow
https://storage.example/libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz
Error: TAR_BAD_ARCHIVE: Unrecognized archive format
npm error code 7`,
    code: 'download-blocked',
  },
  'no Python for node-gyp': {
    output: `* Building TensorFlow Node.js bindings
gyp ERR! find Python
gyp ERR! find Python Python is not set from command line or npm configuration
gyp ERR! configure error`,
    code: 'no-python',
  },
  'no make': { output: 'gyp ERR! stack Error: not found: make\ngyp ERR! not ok', code: 'no-compiler' },
  'no compiler': { output: 'make: g++: No such file or directory\n/bin/sh: 1: g++: not found', code: 'no-compiler' },
  'no Visual Studio': {
    output: 'gyp ERR! find VS You need to install the latest version of Visual Studio',
    code: 'no-compiler',
  },
  'a registry that cannot be reached': {
    output: `npm error code ENOTFOUND
npm error syscall getaddrinfo
npm error errno ENOTFOUND
npm error network request to https://registry.example/@tensorflow%2ftfjs-node failed, reason: getaddrinfo ENOTFOUND registry.example`,
    code: 'registry-unreachable',
  },
  'a registry that has no such package': {
    output: 'npm ERR! code E404\nnpm ERR! 404 Not Found',
    code: 'registry-unreachable',
  },
  'a system without ready-made libraries': {
    output: 'Error: Unsupported system: cpu-freebsd-x64',
    code: 'system-unsupported',
  },
  'a full disk': {
    output: 'npm error code ENOSPC\nnpm error nospc There appears to be insufficient space',
    code: 'disk-full',
  },
  'anything else': {
    output: 'line 1\nsomething unheard of',
    code: 'npm-failed',
    names: /exit code 1.*something unheard of/s,
  },
};

const pip: Record<string, { output: string; code: string; names?: RegExp }> = {
  'no pip': { output: '/usr/bin/python3: No module named pip', code: 'no-pip' },
  'a version that there is not': {
    output: `ERROR: Could not find a version that satisfies the requirement tensorflow-cpu==2.9.1 (from versions: 2.12.0, 2.20.0, 2.21.0)
ERROR: No matching distribution found for tensorflow-cpu==2.9.1`,
    code: 'no-such-wheel',
    names: /2\.9\.1/,
  },
  'an index that cannot be reached': {
    output: `WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError'
ERROR: Could not find a version that satisfies the requirement tensorflow-cpu==2.21.0 (from versions: none)
ERROR: No matching distribution found for tensorflow-cpu==2.21.0`,
    code: 'index-unreachable',
  },
  'a full disk': {
    output: 'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device',
    code: 'disk-full',
  },
  'anything else': { output: 'ERROR: unheard of', code: 'pip-failed', names: /unheard of/ },
};

// What a person reads must name what is in the way, whatever tool stumbled over it.
describe('a failed installation of TensorFlow is explained', () => {
  for (const [what, { output, code, names = /./ }] of Object.entries(npm)) {
    it(`npm: ${what}`, () => {
      const { problem } = npmFailure(ended(output), 'npm’s installation');
      assert.equal(problem.code, code);
      assert.match(problem.message, names);
      assert.ok(problem.fix !== undefined && problem.fix !== '');
    });
  }
  for (const [what, { output, code, names = /./ }] of Object.entries(pip)) {
    it(`pip: ${what}`, () => {
      const { problem } = pipFailure(ended(output), 'pip’s download');
      assert.equal(problem.code, code);
      assert.match(problem.message, names);
    });
  }

  it('the compiler: with its last words', () => {
    const { problem } = compilerFailure(ended('tfjs_backend.cc:26:10: fatal error: no such header'));
    assert.equal(problem.code, 'build-failed');
    assert.match(problem.message, /fatal error: no such header/);
  });
});

describe('TensorFlow that uses no graphics card says why', () => {
  const reasons: Record<string, { output: string; reason: RegExp; fix: RegExp }> = {
    'the CUDA it was built for is not there': {
      output: `W tensorflow/stream_executor/platform/default/dso_loader.cc:64] Could not load dynamic library 'libcudart.so.11.0'; dlerror: libcudart.so.11.0: cannot open shared object file
W tensorflow/stream_executor/platform/default/dso_loader.cc:64] Could not load dynamic library 'libcudnn.so.8'; dlerror: libcudnn.so.8`,
      reason: /misses libcudart\.so\.11\.0, libcudnn\.so\.8, .*CUDA 11\.2/,
      fix: /--from-wheel/,
    },
    'there is no card': {
      output: `Could not load dynamic library 'libcuda.so.1'; dlerror
failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)`,
      reason: /failed call to cuInit/,
      fix: /nvidia-smi/,
    },
    'a newer build misses libraries': {
      output: 'W gpu_device.cc:2342] Cannot dlopen some GPU libraries. Please make sure the missing libraries',
      reason: /libraries of CUDA are missing/,
      fix: /--from-wheel/,
    },
    'it keeps silent': { output: '', reason: /does not say why/, fix: /nvidia-smi/ },
  };
  for (const [what, { output, reason, fix }] of Object.entries(reasons)) {
    it(what, () => {
      const { problem } = noGpu(output);
      assert.equal(problem.code, 'no-gpu');
      assert.match(problem.message, reason);
      assert.match(problem.fix ?? '', fix);
    });
  }
});
