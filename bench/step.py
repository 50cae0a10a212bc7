"""Training steps in PyTorch, timed for bench/step.ts: one question a line on stdin (JSON), one answer a line on stdout."""

import json
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

CLASSES = 10
EXAMPLES = 8192
# Of large pictures there are fewer.
BYTES = 1 << 28
DEFAULT_THREADS = torch.get_num_threads()


class Pooled(nn.Sequential):
    """Convolution, pooling, then ReLU: the same result as ReLU before pooling, with a quarter of the work."""

    def __init__(self, inputs, outputs):
        super().__init__(nn.Conv2d(inputs, outputs, 3, padding=1), nn.MaxPool2d(2), nn.ReLU())


class ResidualNetwork(nn.Sequential):
    """RepDistiller's network for CIFAR of 6n + 2 layers, of torchvision's blocks."""

    def __init__(self, blocks, stem=16, widths=(16, 32, 64)):
        # Only the networks made of it need torchvision.
        from torchvision.models.resnet import BasicBlock

        layers = [nn.Conv2d(3, stem, 3, padding=1, bias=False), nn.BatchNorm2d(stem), nn.ReLU(inplace=True)]
        inputs = stem
        for width in widths:
            for block in range(blocks):
                stride = 2 if width != widths[0] and block == 0 else 1
                downsample = None
                if inputs != width:
                    shortcut = nn.Conv2d(inputs, width, 1, stride=stride, bias=False)
                    downsample = nn.Sequential(shortcut, nn.BatchNorm2d(width))
                layers.append(BasicBlock(inputs, width, stride, downsample))
                inputs = width
        layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, CLASSES)]
        super().__init__(*layers)


def network(spec, side, channels):
    if spec["kind"] == "resnet":
        import torchvision

        return getattr(torchvision.models, f"resnet{spec['depth']}")(num_classes=CLASSES)
    if spec["kind"] == "cifar-resnet":
        wide = spec["variant"].endswith("x4")
        blocks = {"resnet20": 3, "resnet8x4": 1}[spec["variant"]]
        return ResidualNetwork(blocks, 32, (64, 128, 256)) if wide else ResidualNetwork(blocks)
    if spec["kind"] == "vit":
        import torchvision

        width = {"b16": 768, "s16": 384, "ti16": 192}[spec["variant"]]
        return torchvision.models.VisionTransformer(
            side, spec["patch"], spec["layers"], width // 64, width, 4 * width, num_classes=CLASSES
        )
    layers = []
    width = side * side * channels
    if spec["kind"] == "convnet":
        for outputs in spec["channels"]:
            layers.append(Pooled(channels, outputs))
            channels = outputs
        width = channels * (side >> len(spec["channels"])) ** 2
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
        side, channels = case["picture"]["side"], case["picture"]["channels"]
        self.model = network(case["model"], side, channels).train()
        self.optimizer = optimizer_of(case["optimizer"], self.model.parameters())
        self.batch = case["batchSize"]
        self.count = min(EXAMPLES, BYTES // (side * side * channels))
        self.images = torch.randint(0, 256, (self.count, channels, side, side), dtype=torch.uint8)
        self.labels = torch.arange(self.count) % CLASSES
        self.order = torch.randperm(self.count)
        mean, std = case["model"]["input"]["mean"], case["model"]["input"]["std"]
        self.scaled = mean != [0] or std != [1]
        self.mean, self.std = torch.tensor(mean).view(-1, 1, 1), torch.tensor(std).view(-1, 1, 1)
        self.step = 0

    def one(self):
        first = self.step * self.batch % (self.count - self.batch)
        self.step += 1
        indices = self.order[first : first + self.batch]
        images = self.images[indices].float().div_(255)
        if self.scaled:
            images.sub_(self.mean).div_(self.std)
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
