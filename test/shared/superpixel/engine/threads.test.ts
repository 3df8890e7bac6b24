import { describe, expect, it } from 'vitest'
import { kernelModule, kernelOver } from '../../../../electron/adapters/superpixels/kernel-module.ts'
import { Blocks } from '../../../../shared/superpixel/engine/kernel.ts'
import {
  BUILDING,
  claim,
  controlOf,
  HELPERS_FAILED,
  OVER,
  pagesOf,
  planOf,
  prepare,
  TILES_DONE,
} from '../../../../shared/superpixel/engine/plan.ts'
import { enter, help, sleepUntilDone } from '../../../../shared/superpixel/engine/threads.ts'
import { sceneImage } from '../../../support/made-images.ts'

const plan = planOf(sceneImage(60, 50), { tileSide: 30 })

function sharedMemory(): WebAssembly.Memory {
  const memory = new WebAssembly.Memory({ initial: pagesOf(plan, 1), maximum: 65_536, shared: true })
  prepare(memory, plan, 1)
  return memory
}

describe('the thread that leads', () => {
  it('does not wait when everything is done', () => {
    const memory = sharedMemory()
    controlOf(memory)[TILES_DONE] = plan.tiles.length
    sleepUntilDone(memory, plan, TILES_DONE, () => expect.fail('there was nothing to wait for'))
  })

  it('goes on when a helper is done, looking around meanwhile', () => {
    const memory = sharedMemory()
    let looks = 0
    sleepUntilDone(memory, plan, TILES_DONE, () => {
      if (++looks === 3) controlOf(memory)[TILES_DONE] = plan.tiles.length
    })
    expect(looks).toBe(3)
  })

  it('gives up when a helper failed', () => {
    const memory = sharedMemory()
    controlOf(memory)[HELPERS_FAILED] = 1
    expect(() => sleepUntilDone(memory, plan, TILES_DONE, () => {})).toThrow(
      expect.objectContaining({ code: 'INTERNAL' }),
    )
  })

  it('is stopped by what it looks at', () => {
    const memory = sharedMemory()
    const stop = new Error('stop')
    expect(() =>
      sleepUntilDone(memory, plan, TILES_DONE, () => {
        throw stop
      }),
    ).toThrow(stop)
  })
})

describe('a helper', () => {
  it('tells when it failed', () => {
    const memory = sharedMemory()
    const kernel = kernelOver(kernelModule('threads'), memory)
    const broken = {
      ...kernel,
      exports: {
        ...kernel.exports,
        colourRows: () => {
          throw new Error('broken')
        },
      },
    }
    enter(memory, BUILDING)
    expect(() => help(broken, plan)).toThrow('broken')
    expect(controlOf(memory)[HELPERS_FAILED]).toBe(1)
  })

  it('that comes when all is over does nothing', () => {
    const memory = sharedMemory()
    enter(memory, OVER)
    help(kernelOver(kernelModule('threads'), memory), plan)
    expect(controlOf(memory)[TILES_DONE]).toBe(0)
  })
})

describe('memory', () => {
  it('grows when a block is taken that it has no room for', () => {
    const memory = sharedMemory()
    const before = memory.buffer.byteLength
    const first = claim(memory, plan, 100)
    const second = claim(memory, plan, before)
    expect(second).toBe(first + 128)
    expect(memory.buffer.byteLength).toBeGreaterThanOrEqual(second + before)
  })

  it('blocks do not reach past their region', () => {
    const blocks = new Blocks(100, 300)
    expect(blocks.take(64)).toBe(128)
    expect(blocks.take(1)).toBe(192)
    expect(() => blocks.take(200)).toThrow(RangeError)
  })
})
