/**
 * Milliseconds that tests and their tools wait for something at most. Long, for a machine that is busy with something
 * else; what is waited for is looked at often.
 */
export const patience = 180_000;
