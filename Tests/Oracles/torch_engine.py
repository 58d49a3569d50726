"""What PyTorch says of itself and of this processor."""

import json

import torch

print(json.dumps({
    "version": torch.__version__.split("+")[0],
    "capability": torch.backends.cpu.get_cpu_capability(),
    "gpus": torch.cuda.device_count() if torch.cuda.is_available() else 0,
}))
