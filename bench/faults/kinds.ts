import type { Kind } from './kind.js';
import { clockSet, otherBootClock } from './kinds/clock.js';
import { cutLog, cutLogResumed } from './kinds/cutLog.js';
import {
  damagedExport,
  damagedHalf,
  damagedResults,
  damagedTeacher,
  garbledSigns,
  readDamagedRecord,
} from './kinds/damaged.js';
import { descriptors } from './kinds/descriptors.js';
import { fullDisk } from './kinds/fullDisk.js';
import { killedBoth, killedQueue, killedTrainer } from './kinds/killed.js';
import { linkedPlaces } from './kinds/linked.js';
import { deletedFolder, movedFolder, replacedFolder } from './kinds/moved.js';
import { otherContainer, renamedHost } from './kinds/namespaces.js';
import { lostPermission, readOnlyDisk } from './kinds/permissions.js';
import { stoppedTrainer, twoTrainers } from './kinds/twoTrainers.js';

/** In the order of the table. */
export const kinds: readonly Kind[] = [
  ...[killedTrainer, killedQueue, killedBoth],
  ...[stoppedTrainer, twoTrainers, otherContainer, renamedHost],
  ...[fullDisk, lostPermission, readOnlyDisk, descriptors],
  ...[clockSet, otherBootClock],
  ...[cutLog, cutLogResumed],
  ...damagedHalf,
  ...[damagedTeacher, damagedResults, readDamagedRecord, damagedExport, garbledSigns],
  ...[movedFolder, deletedFolder, replacedFolder, linkedPlaces],
];
