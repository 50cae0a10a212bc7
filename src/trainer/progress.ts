/** Told how much of some long work is done, in pictures; throws to stop it. */
export type OnProgress = (done: number, total: number) => void;
