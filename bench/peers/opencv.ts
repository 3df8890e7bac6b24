import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { RgbaImage } from '../../shared/superpixel/hierarchy.ts'

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
  await writeFile(file, withoutAlpha(image))
  const args = [script, file, ...[image.width, image.height, count].map(String)]
  const child = spawn(python, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const line = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error('the peers ended too early; their message is above')
    return value as string
  }
  await line()
  return {
    async run(peer) {
      child.stdin.write(`${peer}\n`)
      const [wall, cpu] = (await line()).split(' ').map(Number)
      return { wall: wall!, cpu: cpu! }
    },
    async close() {
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
      await rm(folder, { recursive: true })
    },
  }
}

function withoutAlpha({ data }: RgbaImage): Uint8Array {
  const rgb = new Uint8Array((data.length / 4) * 3)
  for (let i = 0, o = 0; i < data.length; i += 4, o += 3) {
    rgb[o] = data[i]!
    rgb[o + 1] = data[i + 1]!
    rgb[o + 2] = data[i + 2]!
  }
  return rgb
}
