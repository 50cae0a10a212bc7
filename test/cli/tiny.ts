/** An experiment that takes a few seconds; line and column of its parts matter to the tests of messages. */
export function tiny({ teacherEpochs = 2 }: { teacherEpochs?: number } = {}): string {
  return `{
  "name": "tiny",
  "data": { "dataset": "mnist", "limit": { "train": 256, "test": 100 } },
  "teacher": { "model": { "kind": "mlp", "hidden": [16] }, "train": { "epochs": ${teacherEpochs} } },
  "student": { "model": { "kind": "mlp", "hidden": [8] }, "train": { "epochs": 2 } },
  "distill": { "loss": "hinton", "temperature": 4, "alpha": 0.9 }
}
`;
}
