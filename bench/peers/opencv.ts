import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { RgbaImage } from '../../shared/superpixel/hierarchy.ts'
import { lineChild } from './line-child.ts'
import { rawRgb } from './raw-rgb.ts'

export const peers = ['seeds', 'slic'] as const
export type Peer = (typeof peers)[number]
export type Times = { readonly wall: number; readonly cpu: number }

/** OpenCV over one image: a run at a time, so that ours can take turns with it. */
export type OpenCv = { run(peer: Peer): Promise<Times>; close(): Promise<void> }

const script = fileURLToPath(new URL('./opencv.py', import.meta.url))

/** A Python that has OpenCV with its contrib modules (Debian: python3-opencv); null when there is none. */
export async function findPython(): Promise<string | null> {
  for (const python of [process.env.TESSERA_PYTHON, 'python3', '/usr/bin/python3']) {
    if (!python) continue
    try {
      await promisify(execFile)(python, ['-c', 'import numpy, cv2; cv2.ximgproc.createSuperpixelSEEDS'])
      return python
    } catch {
      // The next one may have it.
    }
  }
  return null
}

export async function openCvOver(python: string, image: RgbaImage, count: number): Promise<OpenCv> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-bench-'))
  const file = join(folder, 'image.rgb')
  await writeFile(file, rawRgb(image))
  const args = [script, file, ...[image.width, image.height, count].map(String)]
  const child = await lineChild(python, args)
  return {
    async run(peer) {
      const [wall, cpu] = (await child.ask(peer)).split(' ').map(Number)
      return { wall: wall!, cpu: cpu! }
    },
    async close() {
      await child.close()
      await rm(folder, { recursive: true })
    },
  }
}
