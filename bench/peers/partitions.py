"""Partitions of images by other superpixel methods, for bench/superpixel-quality.ts.

The first line on stdout is JSON: {"methods": [{"name", "from", "requests"}], "absent": [{"name", "why"}]}. Each line on
stdin is a JSON order {"image", "width", "height", "folder"}, with raw RGB in the file "image": every method divides it
at every request and writes the labels to "<folder>/<method>-<request>" as 32-bit integers, row by row, in the machine's
own byte order. The line "done" answers.

Parameters are those that the methods come with, or that their own benchmarks recommend; nothing is tuned to the images.
"""
import json
import os
import sys

try:
    import numpy as np
except ImportError as error:
    print(json.dumps({"methods": [], "absent": [{"name": "all", "why": str(error)}]}))
    sys.exit()

COUNTS = [50, 100, 200, 400, 600, 1000, 1500]


def opencv_slic(image, count, variant="SLIC"):
    height, width = image.shape[:2]
    lab = cv2.cvtColor(cv2.GaussianBlur(image, (3, 3), 0), cv2.COLOR_RGB2LAB)
    size = max(2, round((width * height / count) ** 0.5))
    superpixels = cv2.ximgproc.createSuperpixelSLIC(lab, getattr(cv2.ximgproc, variant), size, 10.0)
    superpixels.iterate(10)
    superpixels.enforceLabelConnectivity(25)
    return superpixels.getLabels()


def opencv_slico(image, count):
    return opencv_slic(image, count, "SLICO")


def opencv_seeds(image, count):
    height, width = image.shape[:2]
    superpixels = cv2.ximgproc.createSuperpixelSEEDS(width, height, 3, count, 4)
    superpixels.iterate(cv2.cvtColor(image, cv2.COLOR_RGB2HSV), 4)
    return superpixels.getLabels()


def skimage_slic(image, count):
    return segmentation.slic(image, n_segments=count, compactness=10, start_label=0)


def skimage_watershed(image, count):
    gradient = filters.sobel(color.rgb2gray(image))
    return segmentation.watershed(gradient, markers=count, compactness=0.001)


def skimage_felzenszwalb(image, least):
    return segmentation.felzenszwalb(image, scale=100, sigma=0.5, min_size=least)


def fast_slic(image, count):
    return SlicAvx2(num_components=count, compactness=10).iterate(np.ascontiguousarray(image))


methods, absent = {}, []


def offer(found, entries):
    for name, run, requests in entries:
        methods[name] = (found, run, requests)


def miss(error, names):
    absent.extend({"name": name, "why": str(error)} for name in names)


try:
    import cv2

    cv2.setNumThreads(1)
    cv2.ximgproc.createSuperpixelSLIC
    offer(
        f"OpenCV {cv2.__version__}",
        [
            ("OpenCV SLIC", opencv_slic, COUNTS),
            ("OpenCV SLICO", opencv_slico, COUNTS),
            # It rounds counts down to a power of two of blocks: two requests a step.
            ("OpenCV SEEDS", opencv_seeds, [100, 150, 200, 300, 400, 800]),
        ],
    )
except (ImportError, AttributeError) as error:
    miss(error, ["OpenCV SLIC", "OpenCV SLICO", "OpenCV SEEDS"])
try:
    import skimage
    from skimage import color, filters, segmentation

    offer(
        f"scikit-image {skimage.__version__}",
        [
            ("scikit-image SLIC", skimage_slic, COUNTS),
            ("scikit-image compact watershed", skimage_watershed, COUNTS),
            # It has no count: requests are the least pixels of a region.
            ("scikit-image Felzenszwalb", skimage_felzenszwalb, [800, 400, 200, 100, 50, 25]),
        ],
    )
except ImportError as error:
    miss(error, ["scikit-image SLIC", "scikit-image compact watershed", "scikit-image Felzenszwalb"])
try:
    from fast_slic.avx2 import SlicAvx2

    offer("fast-slic", [("fast-slic", fast_slic, COUNTS)])
except ImportError as error:
    miss(error, ["fast-slic"])


def divide(order):
    image = np.fromfile(order["image"], dtype=np.uint8).reshape(order["height"], order["width"], 3)
    for name, (_, run, requests) in methods.items():
        for request in requests:
            labels = np.asarray(run(image, request), dtype=np.int32)
            labels.tofile(os.path.join(order["folder"], f"{name}-{request}"))


print(
    json.dumps(
        {
            "methods": [
                {"name": name, "from": found, "requests": requests}
                for name, (found, _, requests) in methods.items()
            ],
            "absent": absent,
        }
    ),
    flush=True,
)
for line in sys.stdin:
    divide(json.loads(line))
    print("done", flush=True)
