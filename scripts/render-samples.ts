// Renders the sample street scenes of `assets/samples` with their exact ground truth. Deterministic: the same machine
// gives the same bytes. `npm run samples`; `--out DIR` writes elsewhere.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { categories } from './street/categories.ts'
import { renderScene, type Scene, type SceneOptions } from './street/scene.ts'

const small = { width: 1280, height: 806 }
const scenes: readonly (SceneOptions & { name: string })[] = [
  {
    name: 'street-1',
    ...small,
    seed: 11,
    sun: -1,
    horizon: 0.46,
    vanishing: 0.5,
    zenith: [92, 142, 204],
    haze: [206, 216, 226],
    light: [248, 248, 246],
  },
  {
    name: 'street-2',
    ...small,
    seed: 24,
    sun: 1,
    horizon: 0.44,
    vanishing: 0.56,
    zenith: [110, 146, 190],
    haze: [232, 214, 192],
    light: [255, 240, 220],
  },
  {
    name: 'street-3',
    ...small,
    seed: 37,
    sun: 1,
    horizon: 0.48,
    vanishing: 0.44,
    zenith: [146, 158, 172],
    haze: [204, 208, 212],
    light: [226, 228, 230],
  },
  {
    name: 'street-4',
    width: 1920,
    height: 1208,
    seed: 52,
    sun: -1,
    horizon: 0.46,
    vanishing: 0.52,
    zenith: [74, 128, 200],
    haze: [200, 214, 230],
    light: [252, 252, 252],
  },
]

/** RGBA id mask: R + 256 G + 65536 B is the object, 0 nothing, alpha 255. 8 bits a channel, not interlaced. */
function maskPng({ width, height, ids }: Scene): Uint8Array {
  const stride = width * 4 + 1
  const rows = Buffer.alloc(stride * height)
  for (let y = 0; y < height; y++) {
    // Filter 2 (difference to the row above) suits regions: most rows repeat.
    rows[y * stride] = 2
    for (let x = 0; x < width; x++) {
      const id = ids[y * width + x]!
      const above = y > 0 ? ids[(y - 1) * width + x]! : 0
      const at = y * stride + 1 + 4 * x
      rows[at] = id - above
      rows[at + 1] = (id >> 8) - (above >> 8)
      rows[at + 2] = (id >> 16) - (above >> 16)
      rows[at + 3] = y > 0 ? 0 : 255
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 6, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(kind: string, body: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(kind, 'latin1'), body])
  const out = Buffer.alloc(content.length + 8)
  out.writeUInt32BE(body.length, 0)
  content.copy(out, 4)
  out.writeUInt32BE(crc32(content), content.length + 4)
  return out
}

const readme = `# Sample images

Synthetic street scenes for a first try and for tests. They show no real place and no real person.

- \`street-*.jpg\`: the images.
- \`truth/street-*.png\`: what each pixel shows, exactly. RGBA, object id = R + 256 G + 65536 B, 0 is nothing.
- \`truth/street-*.json\`: which category each object id has, and the categories with their colours.

Rendered by \`scripts/render-samples.ts\` (\`npm run samples\`), which gives the same files again.
Licence of the files in this folder: CC0-1.0 (https://creativecommons.org/publicdomain/zero/1.0/).
`

const { values } = parseArgs({ options: { out: { type: 'string' } } })
const out = values.out ?? fileURLToPath(new URL('../assets/samples', import.meta.url))
mkdirSync(join(out, 'truth'), { recursive: true })
for (const { name, ...options } of scenes) {
  const scene = renderScene(options)
  const raw = { width: scene.width, height: scene.height, channels: 3 as const }
  const jpeg = await sharp(scene.rgb, { raw }).jpeg({ quality: 92 }).toBuffer()
  const objects = Object.fromEntries(scene.objects.map(({ id, category }) => [id, category]))
  const truth = { image: `${name}.jpg`, width: scene.width, height: scene.height, objects, categories }
  writeFileSync(join(out, `${name}.jpg`), jpeg)
  writeFileSync(join(out, 'truth', `${name}.png`), maskPng(scene))
  writeFileSync(join(out, 'truth', `${name}.json`), `${JSON.stringify(truth, null, 2)}\n`)
  console.log(
    `${name}: ${scene.width} × ${scene.height}, ${scene.objects.length} objects, ${jpeg.length} bytes`,
  )
}
writeFileSync(join(out, 'README.md'), readme)
