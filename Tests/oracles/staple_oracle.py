"""What ITK's STAPLE says of binary masks, as JSON on standard output.

    staple_oracle.py X,Y,Z FILE...

The files hold one byte a voxel, x fastest.
"""

import json
import sys

import numpy
import SimpleITK

size = [int(count) for count in sys.argv[1].split(",")]
images = [
    SimpleITK.GetImageFromArray(numpy.fromfile(path, dtype=numpy.uint8).reshape(size[::-1])) for path in sys.argv[2:]
]
staple = SimpleITK.STAPLEImageFilter()
staple.SetForegroundValue(1)
probabilities = SimpleITK.GetArrayFromImage(staple.Execute(images))
print(
    json.dumps(
        {
            "sensitivity": list(staple.GetSensitivity()),
            "specificity": list(staple.GetSpecificity()),
            "iterations": staple.GetElapsedIterations(),
            "probabilities": [float(value) for value in probabilities.ravel()],
        }
    )
)
