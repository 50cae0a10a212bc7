import { provide } from './editor/aptInstall.js';
import { chromiumFor } from './editor/chromium.js';
import { findEditor } from './editor/findEditor.js';
import { tensorflowForTests } from './editor/tensorflowForTests.js';

/**
 * Installs what tests use, before the first of them: a browser, whose package also has the Vulkan driver for WebGPU's
 * tests, and what loads that; a C compiler and strace; an editor; TensorFlow. What cannot be had is said, here or by the tests that do
 * without.
 */
const steps: Readonly<Record<string, () => unknown>> = {
  Chromium: () => chromiumFor('the panel in a browser, the extension in an editor, and WebGPU'),
  'the Vulkan loader, strace and a C compiler': () =>
    provide([
      { command: ['sh', '-c', '/sbin/ldconfig -p | grep -q libvulkan.so.1'], package: 'libvulkan1' },
      { command: ['strace', '-V'], package: 'strace' },
      { command: ['c++', '--version'], package: 'g++' },
    ]),
  'an editor': () => findEditor(),
  TensorFlow: () => tensorflowForTests(),
};

for (const [what, install] of Object.entries(steps)) {
  const started = Date.now();
  try {
    await install();
  } catch (error) {
    console.log(`${what} cannot be installed. ${error instanceof Error ? error.message : String(error)}`);
    continue;
  }
  console.log(`${what} (${Math.round((Date.now() - started) / 1000)} s)`);
}
