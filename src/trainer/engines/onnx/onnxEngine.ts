import { availableParallelism, cpus } from 'node:os';
import type { InferenceSession } from 'onnxruntime-node';
import type { OnnxDeviceName } from '../../../core/spec/parts/engine.js';
import type { Compiled, CompiledSteps, Engine, Program, Variables } from '../engine.js';
import { oneByOne } from '../oneByOne.js';
import { Blocks } from './lowerings/blocked/blocks.js';
import { onnxRuntimeDialect } from './lowerings/lowerings.js';
import { plainDialect } from './lowerings/plain/plainLowerings.js';
import { onnxDeviceTable, type OnnxDevice } from './runtime/device.js';
import { DeviceGraph, DeviceSteps, DeviceTransfer, DeviceVariables } from './runtime/deviceMemory.js';
import { encodeIdentity } from './graph/encode.js';
import { fallbackWords, FallbackWatch } from './runtime/fallback.js';
import { HostGraph, HostLoop, HostVariables } from './runtime/hostMemory.js';
import { encodeTrial, needsTrial, tryRoom } from './runtime/roomTrial.js';
import { needWords, type Situation } from './runtime/runtimeProblem.js';
import { openSession, type OpenSession, type RuntimeSession } from './runtime/runtimeSession.js';
import { Recording } from './trace/recording.js';
import { resultOutput, updateOutput, variableInput } from './graph/names.js';

export interface OnnxOptions {
  /** Where it computes: the CPU unless given. */
  readonly device?: OnnxDeviceName;
  /** Threads of one operation on the CPU; as many as the machine has cores unless given. */
  readonly threads?: number;
  /** What the hardware calls itself; the name of the CPU unless given. */
  readonly hardware?: string;
  /** Told once what the provider leaves to the CPU, and on the CPU what is left out because it computes wrongly. */
  readonly onNote?: (text: string) => void;
  readonly open?: OpenSession;
  /** Whether operations on blocks of channels may be used, where the processor has them; true unless given. */
  readonly blocks?: boolean;
}

/**
 * Records programs and runs the recordings with ONNX Runtime. On the CPU the same graph, threads and inputs give the
 * same bits; most graphs do so whatever the number of threads.
 */
export class OnnxEngine implements Engine {
  readonly name: string;
  readonly device: string;
  readonly #device: OnnxDevice;
  readonly #threads: number;
  readonly #open: OpenSession;
  readonly #onNote: ((text: string) => void) | null;
  readonly #blocks: Blocks | null;
  #transfer: Promise<DeviceTransfer> | null = null;

  constructor({
    device = 'cpu',
    threads = availableParallelism(),
    hardware,
    onNote,
    open = openSession,
    blocks = true,
  }: OnnxOptions = {}) {
    this.name = `onnx/${device}`;
    this.#device = onnxDeviceTable[device];
    this.#threads = threads;
    this.#open = open;
    this.#onNote = onNote ?? null;
    const onDisagree = (why: string): void => onNote?.(`${this.name}: ${why}`);
    // They are the CPU provider's own.
    this.#blocks = device === 'cpu' && blocks ? new Blocks({ open, options: this.#options(), onDisagree }) : null;
    this.device = hardware ?? `${cpus()[0]?.model.trim() ?? 'CPU'}, ${threads.toString()} threads`;
  }

  async variables(initial: Parameters<Engine['variables']>[0]): Promise<Variables> {
    if (this.#device.memory === 'host') return new HostVariables(initial);
    return DeviceVariables.of(initial, await this.#transferring());
  }

  async compile(program: Program, variables: Variables): Promise<Compiled> {
    const recording = await this.#record(program, variables);
    const { outputs, updates } = recording;
    if (variables instanceof DeviceVariables) {
      const session = await this.#session(
        program,
        recording,
        recording.once(),
        staying(Object.keys(updates).map(updateOutput)),
      );
      return new DeviceGraph({ session, variables, program, ...namesOf(recording) });
    }
    const own = hostOwn(variables);
    const session = await this.#session(program, recording, recording.once());
    const read = Object.keys(own.shapes).filter((name) => session.inputNames.includes(variableInput(name)));
    return new HostGraph(session, own, program, read, Object.keys(updates), outputs);
  }

  async compileSteps(program: Program, variables: Variables, most: number): Promise<CompiledSteps> {
    const recording = await this.#record(program, variables);
    const { updates, outputs } = recording;
    const watched = this.#onNote !== null && this.#device.name !== 'cpu';
    const watch = watched ? await FallbackWatch.begin() : null;
    if (watched) this.#onNote(`${this.name}: ${needWords(program.name, recording.need)}`);
    if (variables instanceof DeviceVariables) {
      const options = {
        ...staying([...Object.keys(updates).map(updateOutput), ...Object.keys(outputs).map(resultOutput)]),
        ...watch?.options,
      };
      const session = await this.#session(program, recording, recording.once(), options);
      const own = { session, variables, program, ...namesOf(recording) };
      return this.#watched(new DeviceSteps(own, await this.#transferring(), most), session, watch);
    }
    const own = hostOwn(variables);
    if (this.#device.loops) {
      const session = await this.#session(program, recording, recording.repeated(most), watch?.options);
      const loop = new HostLoop(session, own, program, most, updates, Object.keys(outputs));
      return this.#watched(loop, session, watch);
    }
    const session = await this.#session(program, recording, recording.once(), watch?.options);
    const read = Object.keys(own.shapes).filter((name) => session.inputNames.includes(variableInput(name)));
    const once = new HostGraph(session, own, program, read, Object.keys(updates), outputs);
    return this.#watched(oneByOne(once, most), session, watch);
  }

  async dispose(): Promise<void> {
    await (await this.#transfer)?.dispose();
    this.#transfer = null;
  }

  async #record(program: Program, { shapes }: Variables): Promise<Recording> {
    const dialect = this.#device.plain ? plainDialect : onnxRuntimeDialect;
    return (await this.#blocks?.record(program, shapes)) ?? Recording.of(program, { shapes, dialect });
  }

  async #session(
    program: Program,
    { need }: Recording,
    model: Uint8Array,
    options: InferenceSession.SessionOptions = {},
  ): Promise<RuntimeSession> {
    const [batch] = Object.values(program.inputs);
    const situation: Situation = {
      device: this.#device.name,
      program: program.name,
      need,
      batchSize: batch?.shape[0] ?? null,
    };
    if (this.#device.memory === 'device' && needsTrial(need.largest)) {
      await tryRoom(await this.#open(encodeTrial(need.largest), this.#options(), situation));
    }
    return this.#open(model, { ...this.#options(), ...options }, situation);
  }

  #options(): InferenceSession.SessionOptions {
    return {
      executionProviders: [this.#device.provider],
      intraOpNumThreads: this.#threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      // Slots that decay towards zero become denormal numbers, which many processors compute a hundred times slower.
      extra: { session: { set_denormal_as_zero: '1' } },
    };
  }

  /** After the first call it is told what of it the CPU did. */
  #watched(steps: CompiledSteps, session: RuntimeSession, watch: FallbackWatch | null): CompiledSteps {
    let watching = watch;
    return {
      most: steps.most,
      run: async (inputs, count) => {
        const results = await steps.run(inputs, count);
        if (watching !== null) {
          const ended = watching;
          watching = null;
          this.#onNote?.(fallbackWords(this.name, await ended.end(session)));
        }
        return results;
      },
      dispose: async () => {
        await watching?.end(session);
        await steps.dispose();
      },
    };
  }

  #transferring(): Promise<DeviceTransfer> {
    const nothing = { inputs: 0, results: 0, largest: 0 };
    const identity = (location: 'cpu' | 'gpu-buffer'): Promise<RuntimeSession> =>
      this.#open(
        encodeIdentity(),
        { ...this.#options(), preferredOutputLocation: location },
        { device: this.#device.name, program: 'copying of tensors', need: nothing, batchSize: null },
      );
    this.#transfer ??= (async () =>
      new DeviceTransfer({ toDevice: await identity('gpu-buffer'), toHost: await identity('cpu') }))();
    return this.#transfer;
  }
}

function namesOf({ updates, outputs }: Recording): { updated: readonly string[]; results: readonly string[] } {
  return { updated: Object.keys(updates), results: Object.keys(outputs) };
}

function hostOwn(variables: Variables): HostVariables {
  if (variables instanceof HostVariables) return variables;
  throw new Error('these variables belong to another engine');
}

/** Options that leave outputs on the card. */
function staying(outputs: readonly string[]): Pick<InferenceSession.SessionOptions, 'preferredOutputLocation'> {
  return { preferredOutputLocation: Object.fromEntries(outputs.map((name) => [name, 'gpu-buffer'])) };
}
