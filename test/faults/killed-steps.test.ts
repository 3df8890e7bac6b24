import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { createLabelCodec } from '../../electron/adapters/label-codec.ts'
import { createLabelSteps } from '../../electron/host/label-steps.ts'
import { openLabelLibrary } from '../support/label-library.ts'
import { idsAfter, size, strokesIn } from '../support/label-steps.ts'
import { areWhole, numbersIn, send } from '../support/step-bench.ts'

// A process that draws, keeps steps of undo and saves is killed at every one of its file calls. No label may suffer from
// it (promises D1 and D3), what was told of steps must be there, and nothing that is there may be half.

const codec = createLabelCodec()
const root = mkdtempSync(join(tmpdir(), 'tessera-killed-steps-'))
afterAll(async () => {
  await codec.close()
  rmSync(root, { recursive: true, force: true })
})
const program = fileURLToPath(new URL('../support/step-child.ts', import.meta.url))

function draw(folder: string, sample: string, killAt: number) {
  const child = spawnSync(process.execPath, [program, folder, sample, '1', '13', String(killAt)], {
    encoding: 'utf8',
  })
  const lines = child.stdout.trim().split('\n')
  const last = (word: string) =>
    Number(
      lines
        .findLast((line) => line.startsWith(`${word} `))
        ?.split(' ')
        .at(-1) ?? 0,
    )
  const acks = lines.filter((line) => line.startsWith('ACK')).map((line) => line.split(' '))
  const ended = child.signal ?? child.status
  return {
    stroke: last('STROKE'),
    step: last('STEP'),
    events: last('EVENTS'),
    acks,
    ended,
    told: child.stderr,
  }
}

it('loses no stroke and has no half step after a kill at any file call', async () => {
  const empty = join(root, 'empty')
  const made = await openLabelLibrary({ folder: empty, size, codec })
  const sample = await made.addSample('a.png')
  await made.close()
  const whole = join(root, 'whole')
  cpSync(empty, whole, { recursive: true })
  const { events, told, ended } = draw(whole, sample, -1)
  expect(ended, told).toBe(0)
  expect(events).toBeGreaterThan(100)
  // The calls of one stroke are like those of the next; TESSERA_FAULT_SCALE=20 goes through all of them.
  const scale = Number(process.env.TESSERA_FAULT_SCALE ?? 1)
  let kills = 0
  for (let killAt = 1; killAt <= events; killAt += scale > 1 ? 1 : 9) {
    const folder = join(root, 'killed')
    cpSync(empty, folder, { recursive: true })
    const run = draw(folder, sample, killAt)
    // Writes that wait for each other are made durable together, so that a run may have some calls fewer.
    if (run.ended !== 0 || run.events >= killAt) {
      expect(run.ended, run.told).toBe('SIGKILL')
      kills++
    }
    const library = await openLabelLibrary({ folder, size, codec })
    const at = `killed at call ${killAt}`
    for (const [, revision, n] of run.acks) {
      expect(await library.idsOf(revision!), at).toEqual(idsAfter(Number(n)))
    }
    const strokes = await strokesIn(library, sample, run.stroke, run.stroke + 1)
    expect(strokes, at).not.toBeNull()
    const steps = createLabelSteps(library.context, { requireSample: () => {} })
    const numbers = numbersIn(steps, sample)
    // In order, without a gap, up to what was told or the one that was being written.
    expect(numbers, at).toEqual(numbers.map((_, i) => numbers[0]! + i))
    expect(numbers.at(-1) ?? 0, at).toBeGreaterThanOrEqual(run.step)
    expect(numbers.at(-1) ?? 0, at).toBeLessThanOrEqual(run.step + 1)
    expect(numbers.length, at).toBeGreaterThanOrEqual(Math.min(4, run.step))
    expect(areWhole(steps, sample, numbers), at).toEqual(numbers.map(() => true))
    const next = (numbers.at(-1) ?? 0) + 1
    send(steps, sample, [next])
    expect(areWhole(steps, sample, [...numbers, next]), at).not.toContain(false)
    await steps.close()
    await library.close()
    rmSync(folder, { recursive: true, force: true })
  }
  expect(kills).toBeGreaterThan(events / (scale > 1 ? 2 : 18))
}, 600_000)
