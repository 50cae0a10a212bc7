"""The source's experiment as its snippet is written, in plain PyTorch: bench/source.ts runs and times it.

    python3 bench/source.py <folder of pictures> <epochs> <batch>

A ViT-B/16 whose head alone is trained, then a ResNet-34 that learns from it and from the labels, with the teacher's
forward pass in every step; random weights, no augmentation. Writes seconds as JSON.
"""

import json
import pathlib
import sys
import time

import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F
from torchvision import models, transforms

TEMPERATURE = 4
ALPHA = 0.9


class Folder(torch.utils.data.Dataset):
    def __init__(self, root, transform):
        classes = sorted(path.name for path in root.iterdir())
        self.items = [(file, classes.index(name)) for name in classes for file in sorted((root / name).iterdir())]
        self.transform = transform

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        file, label = self.items[index]
        return *(each(Image.open(file).convert("RGB")) for each in self.transform), label


def scaled(size, mean, std):
    steps = [] if size is None else [transforms.Resize((size, size), transforms.InterpolationMode.BICUBIC)]
    return transforms.Compose([*steps, transforms.ToTensor(), transforms.Normalize(mean, std)])


def main(folder, epochs, batch):
    torch.manual_seed(0)
    for_teacher = scaled(224, [0.5] * 3, [0.5] * 3)
    for_student = scaled(None, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    pictures = Folder(pathlib.Path(folder) / "train", [for_teacher, for_student])
    tests = Folder(pathlib.Path(folder) / "test", [for_teacher, for_student])
    loader = torch.utils.data.DataLoader(pictures, batch, shuffle=True, drop_last=True)
    test_loader = torch.utils.data.DataLoader(tests, batch)
    begun = time.perf_counter()

    teacher = models.vit_b_16(weights=None)
    teacher.heads.head = nn.Linear(768, 10)
    for name, parameter in teacher.named_parameters():
        parameter.requires_grad = name.startswith("heads")
    optimizer = torch.optim.AdamW(teacher.heads.parameters(), lr=0.001)
    for _ in range(epochs):
        for seen, _, labels in loader:
            loss = F.cross_entropy(teacher(seen), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    teacher.eval()
    probed = time.perf_counter()

    student = models.resnet34(weights=None, num_classes=10)
    optimizer = torch.optim.SGD(student.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    for _ in range(epochs):
        student.train()
        for seen, own, labels in loader:
            with torch.no_grad():
                targets = F.softmax(teacher(seen) / TEMPERATURE, dim=1)
            logits = student(own)
            soft = F.kl_div(F.log_softmax(logits / TEMPERATURE, dim=1), targets, reduction="batchmean")
            loss = ALPHA * TEMPERATURE**2 * soft + (1 - ALPHA) * F.cross_entropy(logits, labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        student.eval()
        with torch.no_grad():
            for _, own, labels in test_loader:
                student(own).argmax(1).eq(labels).sum().item()
    ended = time.perf_counter()
    print(json.dumps({"teacher": probed - begun, "student": ended - probed, "total": ended - begun}))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
