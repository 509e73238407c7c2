"""Reading the masks that LungPair.packed writes."""

import numpy as np


def read(path, shape):
    """A mask as booleans of a shape (z, y, x) from its packed bits, x fastest, the first voxel in the lowest bit."""
    bits = np.unpackbits(np.fromfile(path, np.uint8), bitorder="little")
    return bits.reshape(shape).astype(bool)
