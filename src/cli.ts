#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseRequest, type Request } from './cli/arguments.js';
import { terminalAsk } from './cli/ask.js';
import { cacheCommand } from './cli/commands/cacheCommand.js';
import { compareCommand } from './cli/commands/compareCommand.js';
import { engineNamed, enginesCommand } from './cli/commands/enginesCommand.js';
import { dataCommand } from './cli/commands/dataCommand.js';
import { doctorCommand } from './cli/commands/doctorCommand.js';
import { exportCommand } from './cli/commands/exportCommand.js';
import { helpPage } from './cli/help.js';
import { installEngineCommand } from './cli/commands/installEngineCommand.js';
import { listCommand, listOrder } from './cli/commands/listCommand.js';
import { processOutput, type Output } from './cli/output.js';
import { pruneCommand } from './cli/commands/pruneCommand.js';
import { resumeCommand } from './cli/commands/resumeCommand.js';
import { runCommand } from './cli/commands/runCommand.js';
import { runsDirOf } from './cli/runsDir.js';
import { showCommand } from './cli/commands/showCommand.js';
import { stopCommand } from './cli/commands/stopCommand.js';
import { validateCommand } from './cli/commands/validateCommand.js';
import { verdictCommand } from './cli/commands/verdictCommand.js';
import { WorkspaceCode } from './cli/workspaceCode.js';
import { assertNever, formatProblem, ProblemError } from './core/problem.js';
import type { Checker } from './launch/checkRuns.js';
import type { ComputeEnvironment } from './launch/computeEnvironment.js';
import type { Launcher } from './launch/launcher.js';
import { launcherFor } from './launch/launchers.js';
import { parseOwnPackage, versionsOf, type OwnPackage } from './launch/versions.js';

/**
 * The command line: `distillery run …`, see `distillery --help`.
 * Exit codes: 0 done, 1 a run failed or was stopped, or there is a defect in Distillery, 2 the input was wrong.
 */
async function main(words: readonly string[], output: Output): Promise<number> {
  try {
    return await answer(parseRequest(words), output);
  } catch (error) {
    if (error instanceof ProblemError) {
      output.note(formatProblem(error.problem));
      return 2;
    }
    output.note(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
}

async function answer(request: Request, output: Output): Promise<number> {
  switch (request.kind) {
    case 'help':
      output.result(helpPage(request.command));
      return 0;
    case 'version':
      output.result((await ownPackage()).version);
      return 0;
    case 'command':
      return execute(request, output);
    default:
      return assertNever(request);
  }
}

async function execute(
  { command, operands, settings }: Extract<Request, { kind: 'command' }>,
  output: Output,
): Promise<number> {
  const current = process.cwd();
  const named = settings.runs;
  const runs = { runsDir: runsDirOf({ named, current }), named, current };
  const { json, trust } = settings;
  const ask = json ? null : terminalAsk(process, output);
  const code = new WorkspaceCode({ trust, ask, environment: process.env, output });
  const environment: ComputeEnvironment = (near) => code.environment(near);
  const [operand = ''] = operands;
  switch (command) {
    case 'list':
      return listCommand({ runsDir: runs.runsDir, sort: listOrder(settings.sort), json }, output);
    case 'show':
      return showCommand({ reference: operand, runs, json }, output);
    case 'compare':
      return compareCommand({ references: operands, runs, json }, output);
    case 'verdict':
      return verdictCommand({ name: operand, runs, json }, output);
    case 'validate':
      return validateCommand({ name: operand, runs, json, checker: localChecker(environment) }, output);
    case 'run': {
      const { only, force } = settings;
      const versions = versionsOf(await ownPackage());
      const engine = settings.engine === null ? null : engineNamed(settings.engine);
      const parallel = settings.parallel === null ? null : countNamed(settings.parallel);
      const how = { only, force, engine, parallel };
      const processes = { launcher: launcherIn(environment), checker: localChecker(environment) };
      return runCommand({ name: operand, runs, ...how, json, ...processes, versions }, output);
    }
    case 'resume':
      return resumeCommand(
        {
          reference: operand,
          runs,
          json,
          launcher: launcherIn(environment),
          engine: settings.engine === null ? null : engineNamed(settings.engine),
          previous: settings.previous,
        },
        output,
      );
    case 'stop':
      return stopCommand({ reference: operand, runs, launcher: launcherIn(null) }, output);
    case 'cache':
      return cacheCommand({ runsDir: runs.runsDir, clear: settings.clear, json }, output);
    case 'prune': {
      const { keep, checkpoints, yes, dryRun } = settings;
      return pruneCommand({ references: operands, runs, keep, checkpoints, yes, dryRun, json }, output);
    }
    case 'engines': {
      if (operands.length > 0) {
        const { gpu, fromWheel } = settings;
        const checkScript = beside('tensorflowCheck.js');
        return installEngineCommand({ words: operands, gpu, fromWheel, current, checkScript }, output);
      }
      const runtime = (await ownPackage()).dependencies['onnxruntime-node'] ?? '';
      return enginesCommand(
        {
          json,
          anew: settings.probe,
          probeScript: beside('probe.js'),
          runtime,
          environment: await environment([current]),
        },
        output,
      );
    }
    case 'doctor': {
      const own = await ownPackage();
      const runtime = own.dependencies['onnxruntime-node'] ?? '';
      return doctorCommand(
        { runsDir: runs.runsDir, versions: versionsOf(own), probeScript: beside('probe.js'), runtime },
        output,
      );
    }
    case 'data': {
      const { url, file } = settings;
      return dataCommand({ operands, runsDir: runs.runsDir, current, url, file }, output);
    }
    case 'export': {
      const { format, out, batch } = settings;
      return exportCommand(
        { references: operands, runs, format, out, batch, exporterScript: beside('exporter.js') },
        output,
      );
    }
    default:
      return assertNever(command);
  }
}

/** @throws ProblemError `usage` */
function countNamed(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new ProblemError({
    code: 'usage',
    message: `\`--parallel\` takes a number from 1 to 99, found \`${text}\`.`,
    fix: 'Write `--parallel 2`.',
  });
}

/** Programs of their own, shipped beside this file. */
const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

function launcherIn(environment: ComputeEnvironment | null): Launcher {
  return launcherFor({ trainerScript: beside('trainer.js'), environment });
}

function localChecker(environment: ComputeEnvironment): Checker {
  return { checkScript: beside('check.js'), environment };
}

/** The package that this file is shipped in. */
async function ownPackage(): Promise<OwnPackage> {
  return parseOwnPackage(JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')));
}

process.exitCode = await main(process.argv.slice(2), processOutput(process, process.env));
