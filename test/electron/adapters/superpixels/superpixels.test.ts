import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { buildSuperpixels } from '../../../../electron/adapters/superpixels/superpixels.ts'
import { buildHierarchy } from '../../../../shared/superpixel/build.ts'
import { compactnesses } from '../../../../shared/superpixel/merge-cost.ts'
import { imageOf, noiseByte, sceneImage } from '../../../support/made-images.ts'
import { shapes } from '../../../support/superpixel-shapes.ts'

describe('the kernel', () => {
  it.each(Object.keys(shapes))('gives the bytes of the reference over %s', async (name) => {
    const image = shapes[name]!
    expect(await buildSuperpixels(image)).toEqual(buildHierarchy(image))
  })

  it('gives the bytes of the reference whatever the tiles, the smoothing, the shape and the image', async () => {
    const side = fc.integer({ min: 1, max: 40 })
    const smoothing = fc.constantFrom(0.5 as const, 1 as const, 2 as const)
    const tileSide = fc.integer({ min: 3, max: 40 })
    const shape = fc.constantFrom(...compactnesses)
    await fc.assert(
      fc.asyncProperty(
        side,
        side,
        fc.nat(1000),
        smoothing,
        shape,
        tileSide,
        async (w, h, seed, smooth, compactness, tileSide) => {
          const grain = seed % 2 === 0 ? 0 : 3
          const image = imageOf(w, h, (x, y) => [
            noiseByte(x >> grain, y >> grain, seed),
            noiseByte(x >> grain, y >> grain, seed + 1),
            noiseByte(x >> grain, y >> grain, seed + 2),
          ])
          const options = { smoothing: smooth, compactness, tileSide }
          expect(await buildSuperpixels(image, options)).toEqual(buildHierarchy(image, options))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('gives the same bytes with any number of threads', async () => {
    const image = sceneImage(300, 260)
    const alone = await buildSuperpixels(image, { tileSide: 90 })
    expect(alone).toEqual(buildHierarchy(image, { tileSide: 90 }))
    for (const threads of [2, 3, 20]) {
      expect(await buildSuperpixels(image, { tileSide: 90, threads })).toEqual(alone)
    }
  })

  it('divides an image above the budget on a reduced copy, as the reference does', async () => {
    const image = sceneImage(121, 89)
    const options = { mostPixels: 2000 }
    expect(await buildSuperpixels(image, options)).toEqual(buildHierarchy(image, options))
  })

  it('leaves the image as it was', async () => {
    const image = sceneImage(40, 30)
    const before = image.data.slice()
    await buildSuperpixels(image)
    expect(image.data).toEqual(before)
  })

  it('refuses an image without pixels or with too few bytes', async () => {
    const refused = expect.objectContaining({ code: 'BAD_REQUEST' })
    await expect(buildSuperpixels({ width: 0, height: 5, data: new Uint8Array(0) })).rejects.toThrow(refused)
    await expect(buildSuperpixels({ width: 2, height: 2, data: new Uint8Array(15) })).rejects.toThrow(refused)
  })
})

describe('a build', () => {
  it('reports rising progress up to the end', async () => {
    const reported: number[] = []
    await buildSuperpixels(sceneImage(80, 60), { onProgress: (fraction) => reported.push(fraction) })
    expect(reported).toEqual([...new Set(reported)].sort((a, b) => a - b))
    expect(reported.length).toBeGreaterThan(5)
    expect(reported.at(-1)).toBe(1)
  })

  it.each([1, 2])('with %i threads can be stopped, and its helpers end', async (threads) => {
    const image = sceneImage(200, 200)
    const terminate = vi.spyOn(Worker.prototype, 'terminate')
    for (const last of [1, 3, 8]) {
      let calls = 0
      const stopped = buildSuperpixels(image, { threads, tileSide: 90, shouldStop: () => ++calls >= last })
      await expect(stopped).rejects.toThrow(expect.objectContaining({ code: 'CANCELLED' }))
    }
    expect(terminate).toHaveBeenCalledTimes(3 * (threads - 1))
    terminate.mockRestore()
  })

  it('tells what each stage is called when it ends', async () => {
    const stages = new Set<string>()
    await buildSuperpixels(sceneImage(100, 100), { tileSide: 50, onStage: (name) => stages.add(name) })
    expect([...stages]).toEqual([
      'copying in',
      'overview',
      'colour',
      'blur',
      'gradients and links',
      'regions',
      'sides',
      'base rounds',
      'region graph',
      'merges in tiles',
      'waiting',
      'joining tiles',
      'merges across tiles',
      'tree',
      'settling',
      'leaves',
      'copying out',
    ])
  })
})
