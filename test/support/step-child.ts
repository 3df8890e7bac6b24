import { randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import { createLabelSteps } from '../../electron/host/label-steps.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import { announced } from './announced.ts'
import { openLabelLibrary } from './label-library.ts'
import { editOf, saveAfter, size } from './label-steps.ts'
import { keyOf, send } from './step-bench.ts'

/**
 * Draws in a process of its own that kills itself at its KILL_AT-th file call, for tests of undo. Each line it writes is
 * true by the time it is written: `STROKE n` once the journal has stroke n, `STEP n` once the steps have it, `ACK revision n`
 * once a save holds it, `EVENTS n` at the end. Every third step is taken back and made again.
 *
 *     step-child.ts FOLDER SAMPLE FIRST LAST KILL_AT
 */
const [folder, sampleText, first, last, killAt] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
]
const sample = sampleText as SampleId
const say = (line: string) => writeSync(1, `${line}\n`)

let isArmed = false
let events = 0
const ops = announced(() => {
  if (isArmed && ++events === Number(killAt)) process.kill(process.pid, 'SIGKILL')
})
const library = await openLabelLibrary({ folder, size, ops })
const { labels, context } = library
const limits = {
  partBytes: 1500,
  partSteps: 3,
  sampleBytes: 1_000_000,
  sampleSteps: 8,
  leastSteps: 4,
  libraryBytes: 1_000_000,
}
const steps = createLabelSteps(context, { requireSample: () => {}, ops, limits })
const session = randomUUID()
let { revision: base } = await labels.open(sample)
isArmed = true
for (let n = Number(first); n <= Number(last); n++) {
  await labels.appendJournal(sample, ...editOf(n, { session, base }, Number(first)))
  say(`STROKE ${n}`)
  send(steps, sample, [n])
  if (n % 3 === 0) {
    send(steps, sample, [], { place: keyOf(n - 1) })
    send(steps, sample, [], { place: keyOf(n) })
  }
  say(`STEP ${n}`)
  if (n % 4 > 0) continue
  const saved = await labels.save(sample, ...saveAfter(n, { session, base }, Number(first)))
  base = saved.revision
  say(`ACK ${saved.revision} ${n}`)
}
await steps.close()
say(`EVENTS ${events}`)
isArmed = false
await library.close()
