import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RgbaImage } from '../../shared/superpixel/hierarchy.ts'
import { type LineChild, lineChild } from './line-child.ts'
import { rawRgb } from './raw-rgb.ts'

/** `from`: package and version. `requests`: the counts (or least sizes) that it is asked for. */
export type Method = { readonly name: string; readonly from: string; readonly requests: readonly number[] }
/** The other methods that a Python has, and those that it has not. */
export type Offer = {
  readonly python: string
  readonly methods: readonly Method[]
  readonly absent: readonly { readonly name: string; readonly why: string }[]
}

/** The other methods, one image after the other. */
export type Peers = {
  /** Labels of the image by each method and request, row-major. */
  divide(image: RgbaImage): Promise<{ method: string; request: number; labels: Int32Array }[]>
  close(): Promise<void>
}

const script = fileURLToPath(new URL('./partitions.py', import.meta.url))

/** What the Python with the most methods has, of `TESSERA_PYTHON`, `python3` and the system's; null when none works. */
export async function findOffer(): Promise<Offer | null> {
  const offers: Offer[] = []
  for (const python of [process.env.TESSERA_PYTHON, 'python3', '/usr/bin/python3']) {
    if (!python) continue
    try {
      const child = await start(python)
      offers.push({ python, ...(JSON.parse(child.greeting) as Omit<Offer, 'python'>) })
      await child.close()
    } catch {
      // Not there, or without numpy: the next one may do.
    }
  }
  const [best] = offers.toSorted((a, b) => b.methods.length - a.methods.length)
  return best && best.methods.length > 0 ? best : null
}

export async function startPeers({ python, methods }: Offer): Promise<Peers> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-bench-'))
  const child = await start(python)
  return {
    async divide(image) {
      const out = await mkdtemp(join(folder, 'image-'))
      const file = join(out, 'image')
      await writeFile(file, rawRgb(image))
      await child.ask(JSON.stringify({ image: file, width: image.width, height: image.height, folder: out }))
      const read = async (method: string, request: number) => {
        const bytes = Uint8Array.from(await readFile(join(out, `${method}-${request}`)))
        return { method, request, labels: new Int32Array(bytes.buffer) }
      }
      const partitions = await Promise.all(
        methods.flatMap(({ name, requests }) => requests.map((request) => read(name, request))),
      )
      await rm(out, { recursive: true })
      return partitions
    },
    async close() {
      await child.close()
      await rm(folder, { recursive: true })
    },
  }
}

/** Its complaints on a machine without a package are no news: `absent` says what is missing. */
function start(python: string): Promise<LineChild> {
  return lineChild(python, ['-W', 'ignore', script])
}
