/** Names of a graph's inputs and outputs. A variable and an input of a program may be called the same. */
export const variableInput = (name: string): string => `variable:${name}`;
export const batchInput = (name: string): string => `input:${name}`;
/** The new value of a variable. */
export const updateOutput = (name: string): string => `update:${name}`;
export const resultOutput = (name: string): string => `output:${name}`;
