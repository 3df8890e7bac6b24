import { writeSync } from 'node:fs'
import { createCards } from '../../electron/host/cards.ts'
import { createTrash } from '../../electron/host/trash.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import { announced, announceTransactions } from './announced.ts'
import { openTestLibrary } from './open-test-library.ts'

/**
 * Changes cards and the trash in a process of its own, which kills itself at its KILL_AT-th file call or step of a
 * transaction. Writes `ACK n` once step n is acknowledged, and `EVENTS n` at the end.
 *
 *     card-child.ts FOLDER KILL_AT SAMPLE...
 */
const [folder, killAt, ...samples] = process.argv.slice(2) as [string, string, ...string[]]
const ids = samples as SampleId[]
const say = (line: string) => writeSync(1, `${line}\n`)
let isArmed = false
let events = 0
const event = () => {
  if (isArmed && ++events === Number(killAt)) process.kill(process.pid, 'SIGKILL')
}

const library = await openTestLibrary({ folder, ops: announced(event) })
const { context } = library
announceTransactions(context, event)
const cards = createCards(context, { author: () => 'Ada' })
const trash = createTrash(context, {
  besideVersions: async (work) => work(new Set()),
  dropJournal: () => {},
  ops: announced(event),
})
isArmed = true
for (const n of [1, 2, 3]) {
  await cards.change(ids, { kind: 'tags', add: [`tag ${n}`], remove: [] })
  say(`ACK ${n}`)
}
trash.put([ids[0]!])
say('ACK 4')
await trash.empty()
say('ACK 5')
isArmed = false
say(`EVENTS ${events}`)
await library.close()
