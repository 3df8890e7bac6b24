import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkedRecord } from '../../../electron/adapters/checked-records.ts'
import { stepLimits } from '../../../electron/host/label-steps.ts'
import { canonicalJson } from '../../../shared/base/canonical-json.ts'
import { faultyFileOps } from '../../support/faulty-file-ops.ts'
import {
  areWhole,
  keyOf,
  numbersIn,
  sampleA,
  sampleB,
  send,
  stepFolder,
  stepOf,
} from '../../support/step-bench.ts'

let place: ReturnType<typeof stepFolder>
beforeEach(() => {
  place = stepFolder()
})
afterEach(() => place.cleanup())

const filesOf = (sample: string) => {
  const folder = join(place.folder, 'steps', sample.slice(0, 2))
  return existsSync(folder) ? readdirSync(folder).sort() : []
}
const pathOf = (sample: string, name: string) =>
  join(place.folder, 'steps', sample.slice(0, 2), `${sample}.${name}`)
const upTo = (n: number, from = 1) => Array.from({ length: n - from + 1 }, (_, i) => from + i)

it('has the steps of a sample in their order, in the next run too', async () => {
  const steps = place.open()
  send(steps, sampleA, [1, 2])
  send(steps, sampleB, [7])
  send(steps, sampleA, [3], { place: keyOf(2) })
  await steps.close()
  const again = place.open()
  expect(numbersIn(again, sampleA)).toEqual([1, 2, 3])
  expect(again.list(sampleA)).toMatchObject({ place: keyOf(2), isDamaged: false })
  expect(again.list(sampleA).steps[0]).toEqual(stepOf(1).entry)
  expect(areWhole(again, sampleA, [1, 2, 3])).toEqual([true, true, true])
  expect(numbersIn(again, sampleB)).toEqual([7])
  send(again, sampleA, [4])
  expect(filesOf(sampleA)).toEqual([`${sampleA}.1.bodies`, `${sampleA}.1.steps`])
})

it('writes a step once, however often it is sent', () => {
  const steps = place.open()
  send(steps, sampleA, [1, 2])
  const before = statSync(pathOf(sampleA, '1.bodies')).size
  send(steps, sampleA, [1, 2])
  send(steps, sampleA, [2, 3])
  expect(numbersIn(steps, sampleA)).toEqual([1, 2, 3])
  expect(statSync(pathOf(sampleA, '1.bodies')).size).toBe(before + stepOf(3).body.length)
})

it('refuses what does not add up, and writes nothing into a library that is only read', () => {
  const steps = place.open()
  const { entry, body } = stepOf(1)
  const short = body.subarray(1)
  expect(() => steps.append(sampleA, { steps: [entry] }, short)).toThrow(
    expect.objectContaining({ code: 'BAD_REQUEST' }),
  )
  const reader = place.open({ readOnly: true })
  expect(() => send(reader, sampleA, [1])).toThrow(expect.objectContaining({ code: 'LIB_READ_ONLY' }))
  expect(filesOf(sampleA)).toEqual([])
  expect(reader.list(sampleA)).toEqual({ steps: [], place: null, isDamaged: false })
  expect(reader.bodies(sampleA, [keyOf(1)])).toEqual([null])
})

it('lets the oldest steps of a sample go when there are too many, and keeps the least', () => {
  const limits = { ...stepLimits, partSteps: 10, sampleSteps: 40, leastSteps: 20 }
  const steps = place.open({ limits })
  for (const n of upTo(95)) send(steps, sampleA, [n])
  const kept = numbersIn(steps, sampleA)
  expect(kept).toEqual(upTo(95, 96 - kept.length))
  expect(kept.length).toBeLessThanOrEqual(40)
  expect(kept.length).toBeGreaterThan(20)
  expect(areWhole(steps, sampleA, [1, 95])).toEqual([false, true])
})

it('never goes below the least for their size', () => {
  const limits = { ...stepLimits, partBytes: 20_000, sampleBytes: 50_000, leastSteps: 20 }
  const steps = place.open({ limits })
  for (const n of upTo(60)) send(steps, sampleA, [n], { size: 4000 })
  const kept = numbersIn(steps, sampleA)
  expect(kept.length).toBeGreaterThanOrEqual(20)
  expect(kept.length).toBeLessThan(32)
})

it('lets the samples go that nobody worked on for longest when the library has too much', async () => {
  const limits = { ...stepLimits, libraryBytes: 60_000 }
  const first = place.open({ limits })
  const samples = upTo(8).map((n) => `${n}${sampleA.slice(1)}` as typeof sampleA)
  for (const sample of samples) send(first, sample, upTo(5), { size: 2000 })
  await first.close()
  for (const [i, sample] of samples.entries()) {
    for (const kind of ['steps', 'bodies']) utimesSync(pathOf(sample, `1.${kind}`), 1000 + i, 1000 + i)
  }
  const steps = place.open({ limits })
  send(steps, samples[0]!, [6])
  await steps.close()
  const left = place.open()
  const counts = samples.map((sample) => numbersIn(left, sample).length)
  expect(counts[0]).toBe(6)
  expect(counts[1]).toBe(0)
  expect(counts.at(-1)).toBe(5)
})

it('removes the steps of a sample that went for good', () => {
  const steps = place.open()
  send(steps, sampleA, [1, 2])
  steps.forget(sampleA)
  expect(filesOf(sampleA)).toEqual([])
  expect(numbersIn(steps, sampleA)).toEqual([])
  send(steps, sampleA, [3])
  expect(numbersIn(steps, sampleA)).toEqual([3])
})

it('does without files that a person deleted, while they are written too', async () => {
  const steps = place.open()
  send(steps, sampleA, [1, 2])
  await steps.close()
  rmSync(pathOf(sampleA, '1.bodies'))
  const without = place.open()
  expect(numbersIn(without, sampleA)).toEqual([1, 2])
  expect(areWhole(without, sampleA, [1, 2])).toEqual([false, false])
  send(without, sampleA, [3])
  expect(areWhole(without, sampleA, [1, 3])).toEqual([false, true])
  rmSync(join(place.folder, 'steps'), { recursive: true })
  expect(() => without.bodies(sampleA, [keyOf(3)])).not.toThrow()
  const empty = place.open()
  expect(numbersIn(empty, sampleA)).toEqual([])
  send(empty, sampleA, [1])
  expect(numbersIn(empty, sampleA)).toEqual([1])
})

describe('damage', () => {
  async function written(): Promise<{ list: Buffer; bodies: Buffer }> {
    const steps = place.open()
    send(steps, sampleA, [1, 2, 3])
    await steps.close()
    return {
      list: readFileSync(pathOf(sampleA, '1.steps')),
      bodies: readFileSync(pathOf(sampleA, '1.bodies')),
    }
  }

  it('has the steps before a cut, at every byte, and goes on in another file', async () => {
    const { list } = await written()
    for (let cut = 0; cut < list.length; cut += 7) {
      writeFileSync(pathOf(sampleA, '1.steps'), list.subarray(0, cut))
      rmSync(pathOf(sampleA, '2.steps'), { force: true })
      rmSync(pathOf(sampleA, '2.bodies'), { force: true })
      const steps = place.open()
      const left = numbersIn(steps, sampleA)
      expect(left).toEqual(upTo(left.length))
      expect(left.length).toBeLessThan(3)
      send(steps, sampleA, [9])
      await steps.close()
      const again = place.open()
      expect(numbersIn(again, sampleA)).toEqual([...left, 9])
      expect(areWhole(again, sampleA, [...left, 9])).toEqual([...left, 9].map(() => true))
      await again.close()
    }
  })

  it('has no step of which a bit is wrong', async () => {
    const { list, bodies } = await written()
    for (let at = 0; at < list.length; at += 11) {
      const wrong = Buffer.from(list)
      wrong[at]! ^= 1 << (at % 8)
      writeFileSync(pathOf(sampleA, '1.steps'), wrong)
      for (const entry of place.open().list(sampleA).steps) {
        expect(entry).toEqual(stepOf(Number.parseInt(entry.key.slice(9), 36)).entry)
      }
    }
    writeFileSync(pathOf(sampleA, '1.steps'), list)
    for (let at = 0; at < bodies.length; at += 5) {
      const wrong = Buffer.from(bodies)
      wrong[at]! ^= 1 << (at % 8)
      writeFileSync(pathOf(sampleA, '1.bodies'), wrong)
      expect(areWhole(place.open(), sampleA, [1, 2, 3]).filter((whole) => !whole)).toHaveLength(1)
    }
  })

  it('has no body of a file that was cut', async () => {
    const { bodies } = await written()
    truncateSync(pathOf(sampleA, '1.bodies'), bodies.length - 1)
    expect(areWhole(place.open(), sampleA, [1, 2, 3])).toEqual([true, true, false])
  })

  it.each([
    ['a length past the end', (list: Buffer) => list.writeUInt32LE(0xff_ff_ff_ff, 8)],
    ['nothing', (list: Buffer) => list.fill(0)],
    ['another magic', (list: Buffer) => list.write('PNG')],
  ])('reads nothing into %s', async (_, spoil) => {
    const { list } = await written()
    spoil(list)
    writeFileSync(pathOf(sampleA, '1.steps'), list)
    const steps = place.open()
    expect(steps.list(sampleA)).toMatchObject({ steps: [], isDamaged: true })
  })

  it.each([
    ['__proto__', { ...stepOf(9).entry, ['__proto__']: 1, offset: 0, crc: 0 }],
    ['a body as large as the disk', { ...stepOf(9).entry, bytes: 2 ** 40, offset: 0, crc: 0 }],
    ['a body before the file', { ...stepOf(9).entry, offset: -1, crc: 0 }],
    ['a key that is a path', { ...stepOf(9).entry, key: '../../etc', offset: 0, crc: 0 }],
  ])('takes no record with %s', async (_, record) => {
    await written()
    appendFileSync(pathOf(sampleA, '1.steps'), checkedRecord(0, Buffer.from(JSON.stringify(record))))
    const steps = place.open()
    expect(numbersIn(steps, sampleA)).toEqual([1, 2, 3])
    expect(Object.prototype).not.toHaveProperty('key')
  })

  it('reads no more than a body may have, wherever a record says it is', async () => {
    await written()
    const record = { ...stepOf(9).entry, bytes: 16 * 1024 * 1024, offset: 2 ** 50, crc: 0 }
    appendFileSync(pathOf(sampleA, '1.steps'), checkedRecord(0, Buffer.from(canonicalJson(record))))
    expect(place.open().bodies(sampleA, [keyOf(9)])).toEqual([null])
  })

  it('minds no strange names and no folders among the files', async () => {
    await written()
    mkdirSync(pathOf(sampleA, '2.steps'))
    writeFileSync(pathOf(sampleA, '1.steps.bak'), 'x')
    expect(() => place.open().list(sampleB)).not.toThrow()
  })
})

describe('a disk that fails', () => {
  it.each(['ENOSPC', 'EIO', 'EDQUOT', 'EROFS', 'EMFILE'])(
    'keeps what was written before %s, at every call',
    async (code) => {
      for (let failAt = 0; failAt < 12; failAt++) {
        const ops = faultyFileOps({ fastSync: true })
        const steps = place.open({ ops })
        send(steps, sampleA, [1])
        await steps.close()
        ops.fail(code, (n) => n === failAt)
        const failing = place.open({ ops })
        const sent: number[] = [1]
        for (const n of [2, 3, 4]) {
          try {
            send(failing, sampleA, [n])
            sent.push(n)
          } catch (error) {
            expect(error).toMatchObject({ code: expect.stringMatching(/^DISK_|^LIB_|INTERNAL/) })
          }
        }
        ops.heal()
        const missing = [2, 3, 4].filter((n) => !sent.includes(n))
        if (missing.length > 0) send(failing, sampleA, missing)
        await failing.close()
        const again = place.open()
        const all = numbersIn(again, sampleA)
        expect([...all].sort()).toEqual([1, 2, 3, 4])
        expect(areWhole(again, sampleA, all)).toEqual([true, true, true, true])
        again.forget(sampleA)
        await again.close()
      }
    },
  )

  it('leaves no heap of files while it is full', () => {
    const ops = faultyFileOps({ fastSync: true })
    const steps = place.open({ ops })
    ops.fail('ENOSPC', (_, { name }) => name === 'write')
    for (const _ of upTo(5)) {
      expect(() => send(steps, sampleA, [1])).toThrow(expect.objectContaining({ code: 'DISK_FULL' }))
    }
    expect(filesOf(sampleA)).toEqual([])
  })

  it('writes one byte at a time as well', async () => {
    const steps = place.open({ ops: faultyFileOps({ shortWrites: true, fastSync: true }) })
    send(steps, sampleA, [1, 2])
    await steps.close()
    expect(areWhole(place.open(), sampleA, [1, 2])).toEqual([true, true])
  })
})
