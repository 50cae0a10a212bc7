/** A map of two temperatures, of which only one is trained: the other is asked for on the map. A few seconds a run. */
export const sweptExperiment = {
  name: 'MNIST swept',
  data: { dataset: 'mnist', limit: { train: 4_000, test: 2_000 } },
  teacher: { model: { kind: 'mlp', hidden: [300] }, train: { epochs: 4 } },
  student: { model: { kind: 'mlp', hidden: [30] }, train: { epochs: 3 } },
  distill: { temperature: 4, alpha: 0.9 },
  sweep: { 'distill.temperature': [2, 4, 8], 'distill.alpha': [0.5, 0.9] },
  baseline: true,
};
