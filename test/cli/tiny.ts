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

/** The same on a folder of pictures in two classes, of which there are few. */
export function tinyOnPictures(folder: string): string {
  return `{
  "name": "tiny pictures",
  "data": { "dataset": "images", "folder": ${JSON.stringify(folder)} },
  "teacher": { "model": { "kind": "mlp", "hidden": [16] }, "train": { "epochs": 1, "batchSize": 8 } },
  "student": {
    "model": { "kind": "convnet", "channels": [4], "hidden": [] },
    "train": { "epochs": 1, "batchSize": 8, "augment": { "crop": 1, "flip": true } }
  }
}
`;
}
