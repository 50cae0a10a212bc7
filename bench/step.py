"""Training steps in PyTorch, timed for bench/step.ts: one question a line on stdin (JSON), one answer a line on stdout."""

import json
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

CLASSES = 10
SIDE = 28
EXAMPLES = 8192
DEFAULT_THREADS = torch.get_num_threads()


class Pooled(nn.Sequential):
    """Convolution, pooling, then ReLU: the same result as ReLU before pooling, with a quarter of the work."""

    def __init__(self, inputs, outputs):
        super().__init__(nn.Conv2d(inputs, outputs, 3, padding=1), nn.MaxPool2d(2), nn.ReLU())


def network(spec):
    layers = []
    width = SIDE * SIDE
    if spec["kind"] == "convnet":
        channels = 1
        for outputs in spec["channels"]:
            layers.append(Pooled(channels, outputs))
            channels = outputs
        width = channels * (SIDE >> len(spec["channels"])) ** 2
    layers.append(nn.Flatten())
    for units in spec["hidden"]:
        layers += [nn.Linear(width, units), nn.ReLU()]
        if spec["dropout"] > 0:
            layers.append(nn.Dropout(spec["dropout"]))
        width = units
    layers.append(nn.Linear(width, CLASSES))
    return nn.Sequential(*layers)


def optimizer_of(spec, parameters):
    if spec["kind"] == "sgd":
        return torch.optim.SGD(parameters, lr=spec["learningRate"], momentum=spec["momentum"])
    return torch.optim.Adam(
        parameters, lr=spec["learningRate"], betas=(spec["beta1"], spec["beta2"]), eps=spec["epsilon"]
    )


class Trainer:
    def __init__(self, case):
        torch.manual_seed(0)
        self.model = network(case["model"]).train()
        self.optimizer = optimizer_of(case["optimizer"], self.model.parameters())
        self.batch = case["batchSize"]
        self.images = torch.randint(0, 256, (EXAMPLES, 1, SIDE, SIDE), dtype=torch.uint8)
        self.labels = torch.arange(EXAMPLES) % CLASSES
        self.order = torch.randperm(EXAMPLES)
        self.step = 0

    def one(self):
        first = self.step * self.batch % (EXAMPLES - self.batch)
        self.step += 1
        indices = self.order[first : first + self.batch]
        images = self.images[indices].float().div_(255)
        self.optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(self.model(images), self.labels[indices])
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def times(self, count):
        """Milliseconds of each step."""
        result = []
        for _ in range(count):
            start = time.perf_counter()
            self.one()
            result.append(1000 * (time.perf_counter() - start))
        return result


def fastest_threads(trainer, candidates):
    """Leaves PyTorch with the number of threads that suits it best."""
    medians = {threads: [] for threads in candidates}
    for _ in range(3):
        for threads in candidates:
            torch.set_num_threads(threads)
            trainer.times(3)
            medians[threads].append(statistics.median(trainer.times(15)))
    best = min(candidates, key=lambda threads: statistics.median(medians[threads]))
    torch.set_num_threads(best)
    return best


def candidates_of(question):
    return sorted({DEFAULT_THREADS, 2}) if question["threads"] is None else [question["threads"]]


def main():
    trainer = None
    for line in sys.stdin:
        question = json.loads(line)
        if question["ask"] == "hello":
            choice = " or ".join(str(threads) for threads in candidates_of(question))
            answer = {"description": f"{torch.__version__}, threads: {choice}"}
        elif question["ask"] == "prepare":
            trainer = Trainer(question["case"])
            answer = {"threads": fastest_threads(trainer, candidates_of(question))}
        else:
            answer = trainer.times(question["count"])
        print(json.dumps(answer), flush=True)


main()
