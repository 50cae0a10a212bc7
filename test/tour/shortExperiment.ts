/**
 * Like the sample, with fewer epochs: there are three finished runs to look at within half a minute. Too short for the
 * student to profit from its teacher, so pictures for readers are taken of the sample itself.
 */
export const shortExperiment = {
  name: 'MNIST short',
  data: { dataset: 'mnist' },
  teacher: {
    model: { kind: 'mlp', hidden: [800, 800], dropout: 0.25 },
    train: {
      epochs: 3,
      optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true },
      schedule: { kind: 'cosine', warmup: 0.5 },
    },
  },
  student: {
    model: { kind: 'mlp', hidden: [300] },
    train: {
      epochs: 3,
      optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.9 },
      schedule: { kind: 'cosine', warmup: 0.5 },
    },
  },
  distill: { temperature: 8, alpha: 0.9 },
  baseline: true,
};
