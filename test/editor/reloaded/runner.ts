import { runTests } from '../runner.js';

export const run = (): Promise<void> => runTests(__dirname);
