"""Partitions of images by other superpixel methods, for bench/superpixel-quality.ts.

The first line on stdout is JSON: {"methods": [{"name", "from", "requests"}], "absent": [{"name", "why"}]}. Each line on
stdin is a JSON order {"image", "width", "height", "folder"}, with raw RGB in the file "image": every method divides it
at every request and writes the labels to "<folder>/<method>-<request>" as 32-bit integers, row by row, in the machine's
own byte order. The line "done" answers.

Parameters are those that the methods come with; nothing is tuned to the images. OpenCV's two are offered twice: in
CIELAB as they are, the yardstick of published figures, and as its manual (SLIC: a light blur first) and its sample
(SEEDS: HSV) have it, which is better.
"""
import json
import os
import sys

# One thread each: as many images are divided at once as there are cores.
os.environ["OMP_NUM_THREADS"] = "1"

try:
    import numpy as np
except ImportError as error:
    print(json.dumps({"methods": [], "absent": [{"name": "all", "why": str(error)}]}))
    sys.exit()

# All return fewer than 100 when asked for 100; those that return fewer than 1000 for 1000 are asked for more too.
COUNTS = [100, 200, 400, 600, 1000]
MORE_COUNTS = [*COUNTS, 1500]


def opencv_slic(image, count, variant="SLIC", blurs=False):
    height, width = image.shape[:2]
    if blurs:
        image = cv2.GaussianBlur(image, (3, 3), 0)
    lab = cv2.cvtColor(image, cv2.COLOR_RGB2LAB)
    size = max(2, round((width * height / count) ** 0.5))
    superpixels = cv2.ximgproc.createSuperpixelSLIC(lab, getattr(cv2.ximgproc, variant), size, 10.0)
    superpixels.iterate(10)
    superpixels.enforceLabelConnectivity(25)
    return superpixels.getLabels()


def opencv_slic_blurred(image, count):
    return opencv_slic(image, count, blurs=True)


def opencv_slico(image, count):
    return opencv_slic(image, count, "SLICO")


def opencv_seeds(image, count, space="LAB"):
    height, width = image.shape[:2]
    superpixels = cv2.ximgproc.createSuperpixelSEEDS(width, height, 3, count, 4)
    superpixels.iterate(cv2.cvtColor(image, getattr(cv2, f"COLOR_RGB2{space}")), 4)
    return superpixels.getLabels()


def opencv_seeds_hsv(image, count):
    return opencv_seeds(image, count, "HSV")


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
            ("OpenCV SLIC", opencv_slic, MORE_COUNTS),
            ("OpenCV SLIC, blurred", opencv_slic_blurred, COUNTS),
            ("OpenCV SLICO", opencv_slico, COUNTS),
            # It returns few different counts, and no more than about 600.
            ("OpenCV SEEDS", opencv_seeds, COUNTS),
            ("OpenCV SEEDS, HSV", opencv_seeds_hsv, COUNTS),
        ],
    )
except (ImportError, AttributeError) as error:
    miss(error, ["OpenCV SLIC, SLICO and SEEDS"])
try:
    import skimage
    from skimage import color, filters, segmentation

    offer(
        f"scikit-image {skimage.__version__}",
        [
            ("scikit-image SLIC", skimage_slic, MORE_COUNTS),
            ("scikit-image compact watershed", skimage_watershed, COUNTS),
            # It has no count: requests are the least pixels of a region.
            ("scikit-image Felzenszwalb", skimage_felzenszwalb, [400, 200, 100, 50, 25]),
        ],
    )
except ImportError as error:
    miss(error, ["scikit-image SLIC, compact watershed and Felzenszwalb"])
try:
    from importlib.metadata import version

    from fast_slic.avx2 import SlicAvx2

    offer(f"fast-slic {version('fast-slic')}", [("fast-slic", fast_slic, MORE_COUNTS)])
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
