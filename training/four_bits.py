"""Rounding of a weight matrix to four bits, in blocks along its last axis.

Symmetric: w ≈ (q - 8) * scale, q in 0..15, one float32 scale for `BLOCK` weights.  This is the
form of ONNX Runtime's GatherBlockQuantized, so what training rounds is what the
package ships.  The scale is the best of a few by squared error.
"""

from __future__ import annotations

import torch

BLOCK = 32


def quantized(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """(rows, columns) -> q: uint8 (rows, columns / BLOCK, BLOCK), scale (rows, columns / BLOCK)."""
    blocks = weight.float().reshape(weight.shape[0], -1, BLOCK)
    peak = blocks.gather(2, blocks.abs().argmax(2, keepdim=True)).clamp_(-1e4, 1e4)
    peak = torch.where(peak.abs() < 1e-8, torch.full_like(peak, 1e-8), peak)
    best_q = best_scale = best_error = None
    for shrink in (1.0, 0.94, 0.88, 0.82, 0.76):
        scale = peak * shrink / -8  # the largest weight lands on -8, the longer side
        q = (blocks / scale).round().clamp(-8, 7)
        error = ((q * scale - blocks) ** 2).sum(2, keepdim=True)
        if best_error is None:
            best_q, best_scale, best_error = q, scale, error
        else:
            better = error < best_error
            best_q = torch.where(better, q, best_q)
            best_scale = torch.where(better, scale, best_scale)
            best_error = torch.minimum(error, best_error)
    return (best_q + 8).to(torch.uint8), best_scale.squeeze(2)


def rounded(weight: torch.Tensor) -> torch.Tensor:
    q, scale = quantized(weight)
    return ((q.float() - 8) * scale[:, :, None]).reshape(weight.shape).to(weight.dtype)
