import { randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import type { SampleId } from '../../shared/dataset/digest.ts'
import { announced, announceTransactions } from './announced.ts'
import { openLabelLibrary } from './label-library.ts'
import { editOf, saveAfter, size } from './label-steps.ts'

/**
 * Draws and saves in a process of its own, for tests that kill it. Each line it writes is true by the time it is written:
 * `TRY n` before stroke n, `STROKE n` once the journal has it, `ACK revision n` once a save holds it.
 *
 *     save-child.ts loop FOLDER SAMPLE DONE EVERY        goes on from stroke DONE without end, saves every EVERY strokes
 *     save-child.ts steps FOLDER SAMPLE SESSION KILL_AT  draws and saves three strokes, kills itself at its KILL_AT-th
 *                                                        file call or step of a transaction; writes `EVENTS n` at the end
 */
const [mode, folder, sampleText, third, fourth] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
]
const sample = sampleText as SampleId
const say = (line: string) => writeSync(1, `${line}\n`)

if (mode === 'loop') await loop(Number(third), Number(fourth))
else await steps(third, Number(fourth))

async function loop(done: number, every: number): Promise<void> {
  const library = await openLabelLibrary({ folder, size })
  const { labels } = library
  let { revision: base } = await labels.open(sample)
  const session = randomUUID()
  for (let n = done + 1; ; n++) {
    say(`TRY ${n}`)
    await labels.appendJournal(sample, ...editOf(n, { session, base }, done + 1))
    say(`STROKE ${n}`)
    if (n % every > 0) continue
    const { revision } = await labels.save(sample, ...saveAfter(n, { session, base }, done + 1))
    say(`ACK ${revision} ${n}`)
    base = revision
  }
}

async function steps(session: string, killAt: number): Promise<void> {
  let isArmed = false
  let events = 0
  const event = () => {
    if (isArmed && ++events === killAt) process.kill(process.pid, 'SIGKILL')
  }
  const library = await openLabelLibrary({ folder, size, ops: announced(event) })
  const { labels, context } = library
  announceTransactions(context, event)
  let { revision: base } = await labels.open(sample)
  isArmed = true
  for (const n of [1, 2, 3]) {
    say(`TRY ${n}`)
    await labels.appendJournal(sample, ...editOf(n, { session, base }))
    say(`STROKE ${n}`)
    const { revision } = await labels.save(sample, ...saveAfter(n, { session, base }))
    say(`ACK ${revision} ${n}`)
    base = revision
  }
  isArmed = false
  say(`EVENTS ${events}`)
  await library.close()
}
