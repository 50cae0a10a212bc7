import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { liveness } from '../../src/node/processes/process.js';
import { print } from './print.js';
import { until } from './until.js';
import { runsOf, writeTiny } from './workspace.js';

describe('running experiments', () => {
  it('runs an experiment to its end: teacher, baseline and student', async () => {
    const file = await writeTiny('whole');
    await vscode.commands.executeCommand('distillery.runExperiment', file);
    const runs = await runsOf('whole');
    assert.deepEqual(runs.map(({ record, state }) => `${record.spec.role} ${state.state}`).sort(), [
      'baseline finished',
      'student finished',
      'teacher finished',
    ]);
    const student = runs.find(({ record }) => record.spec.role === 'student');
    const teacher = runs.find(({ record }) => record.spec.role === 'teacher');
    assert.deepEqual(student?.record.teachers, [teacher?.record.id]);
  });

  it('does not run again what is finished', async () => {
    const file = await writeTiny('twice');
    await vscode.commands.executeCommand('distillery.runExperiment', file);
    await vscode.commands.executeCommand('distillery.runExperiment', file);
    assert.equal((await runsOf('twice')).length, 3);
  });

  it('runs what is wanted, and what that needs', async () => {
    const file = await writeTiny('part');
    await vscode.commands.executeCommand('distillery.runExperiment', file, { only: ['baseline'] });
    assert.deepEqual(
      (await runsOf('part')).map(({ record }) => record.spec.role),
      ['baseline'],
    );
  });

  it('stops a trainer that is at work, and goes on from where it was', async () => {
    const file = await writeTiny('long', { epochs: 10_000 });
    const experiment = vscode.commands.executeCommand('distillery.runExperiment', file);
    const [running] = await until('the teacher trains', async () => {
      const runs = await runsOf('long');
      return runs.some(({ state }) => state.state === 'running' && state.epoch > 0) && runs;
    });
    assert.ok(running?.state.started);
    assert.equal(await liveness(running.state.started), 'alive');

    const asked = Date.now();
    await vscode.commands.executeCommand('distillery.stopExperiment', file);
    const [stopped] = await until('it is stopped', async () => {
      const runs = await runsOf('long');
      return runs.some(({ state }) => state.state === 'stopped') && runs;
    });
    print(`      stopped after ${Date.now() - asked} ms`);
    await until('its process is gone', async () => (await liveness(running.state.started ?? fail())) === 'gone');
    await experiment;
    assert.ok(stopped);
    assert.equal(stopped.state.checkpointStep, stopped.state.step, 'the step it left at is stored');
    assert.equal((await runsOf('long')).length, 1, 'nothing else was begun');

    await vscode.commands.executeCommand('distillery.resume', stopped.folder.path);
    await until('it goes on', async () =>
      (await runsOf('long')).some(({ state }) => state.state === 'running' && state.step > stopped.state.step),
    );
    await vscode.commands.executeCommand('distillery.stop', stopped.folder.path);
    await until('it is stopped again', async () =>
      (await runsOf('long')).every(({ state }) => state.state === 'stopped'),
    );
  });
});

function fail(): never {
  throw new Error('A run that runs has started.');
}
