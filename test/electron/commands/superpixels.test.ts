import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode } from 'fast-png'
import sharp, { type Sharp } from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import type { RgbaImage } from '../../../shared/superpixel/hierarchy.ts'
import { imageOfSamples } from '../../../shared/superpixel/samples.ts'
import { say } from '../../support/command-line.ts'
import { imageOf, noiseByte, sceneImage } from '../../support/made-images.ts'
import { componentCount, partitionOf } from '../../support/partition.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-superpixels-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const raw = ({ width, height, data }: RgbaImage) =>
  sharp(Uint8Array.from(data), { raw: { width, height, channels: 4 } })

async function fileOf(name: string, image: Sharp): Promise<string> {
  const path = join(folder, name)
  writeFileSync(path, await image.toBuffer())
  return path
}

/** Ids of a PNG that the command wrote. */
function idsOf(name: string): { width: number; height: number; ids: Uint32Array; channels: number } {
  const { width, height, data, channels } = decode(readFileSync(join(folder, name)))
  const ids = Uint32Array.from({ length: width * height }, (_, p) =>
    channels === 1 ? data[p]! : data[4 * p]! | (data[4 * p + 1]! << 8) | (data[4 * p + 2]! << 16),
  )
  return { width, height, ids, channels }
}

describe('superpixels', () => {
  it('writes one PNG for each count, named by it, that nest and have exactly as many regions', async () => {
    const image = sceneImage(120, 90)
    const path = await fileOf('a photo.png', raw(image).png())
    const { exit, out, err } = await say(
      ['superpixels', path, '--count', '10,40,160', '--out', folder, '--threads', '1'],
      { folder },
    )
    expect([exit, err]).toEqual([0, ''])
    expect(out).toMatch(/^a photo\.png: 120 × 90, [\d,]+ leaves, \d+ ms\n {2}10 superpixels: /)
    const h = buildHierarchy(image)
    for (const count of [10, 40, 160]) {
      const { ids, channels } = idsOf(`a photo-${count}.png`)
      expect(channels).toBe(1)
      expect(ids).toEqual(partitionOf(h, count).label)
      expect(componentCount(ids, 120)).toBe(count)
      expect(Math.max(...ids)).toBe(count - 1)
    }
  })

  it('tells milliseconds for each stage with --json', async () => {
    const path = await fileOf('a.png', raw(sceneImage(64, 64)).png())
    const { json } = await say(
      ['superpixels', path, '--count', '7', '--out', 'made', '--threads', '1', '--json'],
      { folder },
    )
    expect(json).toMatchObject({
      width: 64,
      height: 64,
      threads: 1,
      smoothing: 0.5,
      files: [{ count: 7, superpixels: 7, file: join(folder, 'made', 'a-7.png') }],
      compactness: 0.5,
      stages: { colour: expect.any(Number), settling: expect.any(Number), leaves: expect.any(Number) },
    })
    expect(existsSync(join(folder, 'made', 'a-7.png'))).toBe(true)
  })

  it('smooths, and makes regions as round as asked for', async () => {
    const image = sceneImage(90, 70)
    const path = await fileOf('a.png', raw(image).png())
    const options = ['--smoothing', '2', '--compactness', '0.75']
    const { json } = await say(
      ['superpixels', path, '--count', '60', '--out', folder, ...options, '--threads', '1', '--json'],
      { folder },
    )
    const h = buildHierarchy(image, { smoothing: 2, compactness: 0.75 })
    expect(json).toMatchObject({ smoothing: 2, compactness: 0.75, engine: h.engine })
    expect(idsOf('a-60.png').ids).toEqual(partitionOf(h, 60).label)
    expect(idsOf('a-60.png').ids).not.toEqual(partitionOf(buildHierarchy(image), 60).label)
  })

  it('gives all leaves when there are fewer than asked for, named by how many', async () => {
    const image = sceneImage(40, 40)
    const { leafCount } = buildHierarchy(image)
    const path = await fileOf('a.png', raw(image).png())
    const { json } = await say(['superpixels', path, '--count', '99999', '--out', folder, '--json'], {
      folder,
    })
    const file = `a-${leafCount}.png`
    expect(json).toMatchObject({ files: [{ count: 99_999, superpixels: leafCount }] })
    expect(Math.max(...idsOf(file).ids)).toBe(leafCount - 1)
  })

  it('writes no more files once it is told to stop', async () => {
    const path = await fileOf('a.png', raw(sceneImage(64, 64)).png())
    const stop = new AbortController()
    const counts = Array.from({ length: 40 }, (_, i) => i + 2)
    const watch = setInterval(() => existsSync(join(folder, 'a-2.png')) && stop.abort(), 0)
    const argv = ['superpixels', path, '--count', counts.join(), '--out', folder, '--threads', '1']
    const { exit, err } = await say(argv, { folder, signal: stop.signal })
    clearInterval(watch)
    expect(exit).not.toBe(0)
    expect(err).toContain('[CANCELLED]')
    expect(existsSync(join(folder, 'a-41.png'))).toBe(false)
  })

  it('writes more than 65,536 as RGBA', async () => {
    const image = imageOf(1800, 1100, (x, y) => [noiseByte(x, y, 1), noiseByte(x, y, 2), noiseByte(x, y, 3)])
    const path = await fileOf('noise.png', raw(image).png({ compressionLevel: 1 }))
    const { json } = await say(['superpixels', path, '--count', '66000', '--out', folder, '--json'], {
      folder,
    })
    expect(json).toMatchObject({ files: [{ superpixels: 66_000 }] })
    const { ids, channels } = idsOf('noise-66000.png')
    expect(channels).toBe(4)
    expect(new Set(ids).size).toBe(66_000)
  })

  it.each([
    [['superpixels', 'a.png', '--out', '.'], 'needs a count'],
    [['superpixels', 'a.png', '--count', '5'], 'needs a folder'],
    [['superpixels', 'a.png', '--count', '5,x', '--out', '.'], '"x" is no --count'],
    [['superpixels', 'a.png', '--count', '0', '--out', '.'], '"0" is no --count'],
    [['superpixels', 'a.png', '--count', '5', '--out', '.', '--smoothing', '3'], '"3" is no --smoothing'],
    [['superpixels', 'a.png', '--count', '5', '--out', '.', '--compactness', '2'], '"2" is no --compactness'],
    [['superpixels', 'a.png', '--count', '5', '--out', '.', '--threads', 'all'], '"all" is no --threads'],
  ])('does not understand %j', async (argv, message) => {
    const { exit, err } = await say(argv, { folder })
    expect(exit).toBe(2)
    expect(err).toContain(message)
  })

  it('says why a file cannot be read, and writes nothing', async () => {
    writeFileSync(join(folder, 'text.png'), 'no picture')
    writeFileSync(join(folder, 'empty.png'), '')
    const cut = await raw(sceneImage(64, 64)).png().toBuffer()
    writeFileSync(join(folder, 'cut.png'), cut.subarray(0, cut.length / 2))
    for (const [name, code] of [
      ['missing.png', 'IN_PATH'],
      ['.', 'IN_PATH'],
      ['text.png', 'IN_FORMAT'],
      ['empty.png', 'IN_FORMAT'],
      ['cut.png', 'IN_FORMAT'],
    ] as const) {
      const said = await say(['superpixels', name, '--count', '5', '--out', 'made'], { folder })
      expect(said.exit).toBe(1)
      expect(said.err).toContain(`[${code}]`)
    }
    expect(readdirSync(folder).sort()).toEqual(['cut.png', 'empty.png', 'text.png'])
  })

  it('leaves nothing half written where a file cannot take its place', async () => {
    const path = await fileOf('a.png', raw(sceneImage(20, 20)).png())
    mkdirSync(join(folder, 'made', 'a-5.png'), { recursive: true })
    const { exit, err } = await say(['superpixels', path, '--count', '5', '--out', 'made'], { folder })
    expect(exit).toBe(1)
    expect(err).toContain('[IN_PATH]')
    expect(readdirSync(join(folder, 'made'))).toEqual(['a-5.png'])
  })

  it('says when the folder cannot be made', async () => {
    const path = await fileOf('a.png', raw(sceneImage(20, 20)).png())
    const { exit, err } = await say(['superpixels', path, '--count', '5', '--out', path], { folder })
    expect(exit).toBe(1)
    expect(err).toContain('[IN_PATH]')
  })
})

describe('the image is divided as it is seen', () => {
  const count = 30
  async function idsFor(path: string): Promise<Uint32Array> {
    const { json, err } = await say(
      ['superpixels', path, '--count', `${count}`, '--out', folder, '--threads', '1', '--json'],
      { folder },
    )
    expect(err).toBe('')
    const [{ file }] = (json as { files: [{ file: string }] }).files
    return idsOf(file.slice(folder.length + 1)).ids
  }
  const scene = sceneImage(60, 44)

  it.each([2, 3, 5, 6, 8])('upright: EXIF orientation %i', async (orientation) => {
    const turned = raw(scene).withMetadata({ orientation }).png()
    const path = await fileOf(`turned-${orientation}.png`, turned)
    const { data, info } = await sharp(path).autoOrient().raw().toBuffer({ resolveWithObject: true })
    const upright: RgbaImage = { width: info.width, height: info.height, data }
    expect(upright.width).toBe(orientation >= 5 ? 44 : 60)
    expect(await idsFor(path)).toEqual(partitionOf(buildHierarchy(upright), count).label)
  })

  it('with its colour profile: a wide gamut is brought into sRGB', async () => {
    const path = await fileOf('wide.png', raw(scene).removeAlpha().withIccProfile('p3').png())
    const { data } = await sharp(path)
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    // The numbers in the file are others: looking at them alone would give other superpixels.
    const { data: plain } = await sharp(path, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true })
    expect(plain.subarray(0, 300)).not.toEqual(Buffer.from(data.filter((_, i) => i % 4 < 3)).subarray(0, 300))
    expect(await idsFor(path)).toEqual(partitionOf(buildHierarchy({ ...scene, data }), count).label)
  })

  it('with all bits of 16, in colour and in grey', async () => {
    // The values of a 12-bit scan, of which 8 bits would leave sixteen.
    const deep = Uint16Array.from(scene.data, (byte, i) => (i % 4 === 3 ? 65_535 : byte * 16))
    const colour = Uint16Array.from([...deep].filter((_, i) => i % 4 < 3))
    const colourPath = join(folder, 'deep.png')
    const { encode } = await import('fast-png')
    writeFileSync(colourPath, encode({ width: 60, height: 44, data: colour, channels: 3, depth: 16 }))
    const image = imageOfSamples({ width: 60, height: 44, channels: 3, data: colour })
    expect(await idsFor(colourPath)).toEqual(partitionOf(buildHierarchy(image), count).label)

    const grey = Uint16Array.from({ length: 60 * 44 }, (_, p) => deep[4 * p]!)
    const greyPath = join(folder, 'grey.png')
    writeFileSync(greyPath, encode({ width: 60, height: 44, data: grey, channels: 1, depth: 16 }))
    const band = imageOfSamples({ width: 60, height: 44, channels: 1, data: grey })
    expect(await idsFor(greyPath)).toEqual(partitionOf(buildHierarchy(band), count).label)
  })

  it('over mid grey where it is transparent', async () => {
    const data = Uint8Array.from(scene.data, (byte, i) => (i % 4 === 3 ? noiseByte(i, 1) : byte))
    const path = await fileOf('clear.png', raw({ ...scene, data }).png())
    expect(await idsFor(path)).toEqual(partitionOf(buildHierarchy({ ...scene, data }), count).label)
  })

  it('in one band', async () => {
    const grey = raw(scene).removeAlpha().toColourspace('b-w').png()
    const path = await fileOf('one.png', grey)
    const { data } = await sharp(path)
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(await idsFor(path)).toEqual(partitionOf(buildHierarchy({ ...scene, data }), count).label)
  })
})
