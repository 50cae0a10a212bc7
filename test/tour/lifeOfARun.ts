import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRuns } from '../../src/run/run.js';
import type { Journey } from './journey.js';
import { paintedOf } from './paintLag.js';
import type { TourContext } from './tourContext.js';
import { waitFor } from './waitFor.js';

/** A run that trains outlives the window; it is stopped and goes on. Begins with no run in the tree. */
export function lifeOfARun({ server, workbench, watch, pictures, workspace }: TourContext): Journey {
  const offer = () => workbench.toast(/2 of 3 runs are left/);
  const running = () => workbench.row(/^teacher.*running/);
  /** The only run there is, as it lies on the disk. */
  const teacher = async () => {
    const [run] = await readRuns(join(workspace, '.distillery/runs'));
    if (run?.kind !== 'run') throw new Error('There is no teacher.');
    return run.state;
  };
  return {
    title: 'the life of a run',
    steps: [
      {
        title: 'an experiment runs from the palette, and its teacher is opened',
        take: async () => {
          await copyFile('examples/mnist-quick.distill.json', join(workspace, 'mnist-quick.distill.json'));
          await workbench.showExperiments();
          await workbench.row(/^Experiment mnist-quick/).waitFor();
          await workbench.command('Distillery: Run Experiment');
          await workbench.choose('mnist-quick');
          await workbench.unfold(/^Experiment mnist-quick.*\d runs?$/);
          await workbench.openRow(/^teacher.*running/);
          await waitFor('a point', async () => (await paintedOf(workbench.panel).catch(() => [])).length > 0);
        },
      },
      {
        title: 'after a reload of the window it still trains, and its panel is back',
        take: async () => {
          await workbench.reload();
          await workbench.showExperiments();
          await running().waitFor();
          await waitFor('new points', async () => (await paintedOf(workbench.panel).catch(() => [])).length > 2);
        },
      },
      {
        title: 'what was left of its experiment is offered',
        take: async () => {
          // A message that nobody answers for a while withdraws to the others.
          await workbench.command('Notifications: Show Notifications');
          await offer().first().waitFor();
          await pictures.take('offer-to-continue');
          await workbench.clearToasts();
        },
      },
      {
        title: 'it is stopped from its panel',
        take: async () => {
          await workbench.panel.getByRole('button', { name: /^Stop/ }).click();
          await workbench.row(/^teacher.*stopped/).waitFor();
          await workbench.panel.getByRole('button', { name: /^Resume/ }).waitFor();
        },
      },
      {
        title: 'it is resumed, and goes on',
        take: async () => {
          await workbench.panel.getByRole('button', { name: /^Resume/ }).click();
          await running().waitFor();
          await workbench.panel.getByRole('button', { name: /^Stop/ }).waitFor();
        },
      },
      {
        title: 'it trains on when the extension host is killed, and is shown again',
        take: async () => {
          await watch.check();
          const before = await teacher();
          assert.ok(server.killExtensionHosts().length > 0, 'no extension host was found');
          await waitFor('it goes on', async () => (await teacher()).step > before.step);
          assert.deepEqual((await teacher()).started, before.started, 'it is the same trainer');
          await running().waitFor();
          watch.forget();
        },
      },
      {
        title: 'it is stopped from the palette',
        take: async () => {
          await workbench.command('Distillery: Stop All Runs');
          await workbench.row(/^teacher.*stopped/).waitFor();
        },
      },
      {
        title: 'it is deleted after a question',
        take: async () => {
          await workbench.contextMenu(workbench.row(/^teacher.*stopped/), /^Delete/);
          await workbench.dialogButton('Move to Trash').click();
          const forGood = workbench.dialogButton('Delete Permanently');
          // Where there is no trash there is a second question.
          await waitFor('it is gone', async () => {
            if (await forGood.isVisible()) await forGood.click();
            return (await workbench.row(/^teacher/).count()) === 0;
          });
          await workbench.closeEditors();
        },
      },
      { title: 'nothing complains in the console', take: () => watch.check() },
    ],
  };
}
