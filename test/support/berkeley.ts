import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import sharp from 'sharp'
import type { RgbaImage } from '../../shared/superpixel/hierarchy.ts'
import { testData } from './test-data.ts'

/** What one annotator drew: segment per pixel, row-major, values 0 … `count - 1`. */
export type Segmentation = { readonly count: number; readonly labels: Uint16Array }

/** Ids of the images of BSDS500 `val` or `train`, in order. */
export function berkeleyIds(split: 'train' | 'val'): string[] {
  return readdirSync(join(testData, 'bsds500', split))
    .filter((name) => name.endsWith('.jpg'))
    .map((name) => name.slice(0, -4))
    .sort()
}

export function berkeleyImage(split: 'train' | 'val', id: string): Promise<RgbaImage> {
  return decodeImage(join(testData, 'bsds500', split, `${id}.jpg`))
}

/** Every annotator's segmentation of one image; the format is described beside the data. */
export function berkeleySegmentations(split: 'train' | 'val', id: string): Segmentation[] {
  const bytes = gunzipSync(readFileSync(join(testData, 'bsds500', split, `${id}.gt.gz`)))
  const pixelCount = bytes.readUInt16LE(6) * bytes.readUInt16LE(8)
  const annotators = bytes.readUInt16LE(10)
  const segmentations: Segmentation[] = []
  for (let i = 0, at = 12; i < annotators; i++) {
    const count = bytes.readUInt16LE(at)
    const labels = new Uint16Array(pixelCount)
    for (let p = 0; p < pixelCount; p++) labels[p] = bytes.readUInt16LE(at + 2 + 2 * p)
    segmentations.push({ count, labels })
    at += 2 + 2 * pixelCount
  }
  return segmentations
}

/** An image file as upright 8-bit RGBA. */
export async function decodeImage(path: string): Promise<RgbaImage> {
  const { data, info } = await sharp(path)
    .autoOrient()
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data }
}
