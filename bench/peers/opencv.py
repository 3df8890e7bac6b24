"""One size of OpenCV's superpixels at a time, for bench/superpixel.ts.

Reads raw RGB from a file, so that decoding is no part of the time. Each line on stdin, "slic" or "seeds", is one run;
answers with its wall and CPU time in milliseconds.
"""
import sys
import time

import cv2
import numpy as np

path, width, height, count = sys.argv[1], *map(int, sys.argv[2:5])
cv2.setNumThreads(1)
image = np.fromfile(path, dtype=np.uint8).reshape(height, width, 3)


def slic():
    lab = cv2.cvtColor(cv2.GaussianBlur(image, (3, 3), 0), cv2.COLOR_RGB2LAB)
    size = max(2, int(round((width * height / count) ** 0.5)))
    superpixels = cv2.ximgproc.createSuperpixelSLIC(lab, cv2.ximgproc.SLIC, size, 10.0)
    superpixels.iterate(10)
    superpixels.enforceLabelConnectivity(25)


def seeds():
    superpixels = cv2.ximgproc.createSuperpixelSEEDS(width, height, 3, count, 4)
    superpixels.iterate(cv2.cvtColor(image, cv2.COLOR_RGB2HSV), 4)


runs = {"slic": slic, "seeds": seeds}
print("ready", flush=True)
for line in sys.stdin:
    wall, cpu = time.perf_counter(), time.process_time()
    runs[line.strip()]()
    print((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000, flush=True)
