import { findPython } from './run-python.ts'

/** A Python that has the official Segments.ai client with all it exports with, or null, after saying so and how to get one. */
export const findSegmentsPython = () =>
  findPython({
    name: 'the Segments.ai client',
    variable: 'TESSERA_SEGMENTS_PYTHON',
    probe: 'import cv2, pycocotools.mask, segments.client, segments.export',
    remedy: 'node scripts/interop.mjs --python, then set TESSERA_SEGMENTS_PYTHON as it says',
  })
