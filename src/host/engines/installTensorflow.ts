import * as vscode from 'vscode';
import { isJsonObject } from '../../core/json.js';
import {
  installTensorflow as install,
  usualWheel,
  type TensorflowRequest,
} from '../../launch/tensorflow/installTensorflow.js';
import type { CommandArguments } from '../tree/commandTarget.js';
import type { Log } from '../shown/log.js';
import { showInfo } from '../shown/messages.js';
import { pickOne, type PickItem } from '../shown/pick.js';
import { withProgress } from '../shown/progress.js';
import type { Installation } from '../installation.js';
import { requireTrust } from '../trust.js';

/**
 * Asks which TensorFlow it shall be, installs it into the extension's storage, and tries it. Called with
 * `{ gpu, wheel }` it does not ask; `wheel` is a version.
 * @throws ProblemError what went wrong; what was installed before stays
 */
export async function installTensorflow(
  { installation, log }: { installation: Installation; log: Log },
  args: CommandArguments,
): Promise<void> {
  requireTrust();
  const request = requestIn(args) ?? (await askRequest());
  if (request === null) return;
  const progress = { where: 'notification', title: 'Installing TensorFlow', cancellable: true } as const;
  await withProgress(progress, async (told, token) => {
    const cancel = new AbortController();
    token.onCancellationRequested(() => {
      told.report({ message: 'ending what was started …' });
      cancel.abort(new vscode.CancellationError());
    });
    const { name, device } = await install(request, {
      folder: installation.tensorflow,
      node: installation.node,
      checkScript: installation.program('tensorflowCheck'),
      environment: process.env,
      signal: cancel.signal,
      onStage: (stage) => {
        log.info(`${stage} …`);
        told.report({ message: `${stage} …` });
      },
      onLine: (line) => log.info(line),
    });
    const text = `The engine "tensorflow" runs on ${name}: ${device}.`;
    log.info(text);
    void showInfo(text);
  });
}

interface Choice extends PickItem {
  readonly ask: () => Promise<TensorflowRequest | null>;
}

const wheel = { kind: 'version', version: usualWheel } as const;
const download = { kind: 'download' } as const;

const choices: readonly Choice[] = [
  {
    label: 'Graphics card, from the package',
    detail: 'TensorFlow 2.9, for cards of NVIDIA with CUDA 11.2 and cuDNN 8.1 installed.',
    ask: () => Promise.resolve({ source: download, gpu: true }),
  },
  {
    label: 'Graphics card, from the Python wheel',
    detail: `TensorFlow ${usualWheel} and CUDA 12, which is brought along: about 3 GB. On Linux, with pip and a C++ compiler.`,
    ask: () => Promise.resolve({ source: wheel, gpu: true }),
  },
  {
    label: 'Processor, from the package',
    detail: 'TensorFlow 2.9, about 150 MB.',
    ask: () => Promise.resolve({ source: download, gpu: false }),
  },
  {
    label: 'Processor, from the Python wheel',
    detail: `TensorFlow ${usualWheel}, about 300 MB. On Linux, with pip and a C++ compiler.`,
    ask: () => Promise.resolve({ source: wheel, gpu: false }),
  },
  {
    label: 'From a wheel file…',
    detail: 'A file of `tensorflow` or `tensorflow-cpu`, 2.12 or later. On Linux, with a C++ compiler.',
    ask: async () => {
      const [uri] = (await vscode.window.showOpenDialog({ filters: { Wheels: ['whl'] }, openLabel: 'Install' })) ?? [];
      return uri === undefined ? null : { source: { kind: 'file', file: uri.fsPath }, gpu: false };
    },
  },
];

async function askRequest(): Promise<TensorflowRequest | null> {
  const picked = await pickOne(choices, {
    title: 'Install TensorFlow Engine',
    placeHolder:
      'Where shall it run, and where shall it come from? Where downloads are blocked, the wheel can come through pip.',
  });
  return picked === null ? null : picked.ask();
}

function requestIn([first]: CommandArguments): TensorflowRequest | null {
  if (!isJsonObject(first) || typeof first.gpu !== 'boolean') return null;
  const source = typeof first.wheel === 'string' ? ({ kind: 'version', version: first.wheel } as const) : download;
  return { source, gpu: first.gpu };
}
