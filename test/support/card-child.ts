import { writeSync } from 'node:fs'
import { type FileOps, realFileOps } from '../../electron/adapters/file-ops.ts'
import { createCards } from '../../electron/host/cards.ts'
import { createTrash } from '../../electron/host/trash.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
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

const ops = Object.fromEntries(
  Object.entries(realFileOps).map(([name, call]) => [
    name,
    (...args: never[]) => {
      event()
      return (call as (...args: never[]) => unknown)(...args)
    },
  ]),
) as unknown as FileOps

const library = await openTestLibrary({ folder, ops })
const { context } = library
const { transaction } = context
Object.assign(context, {
  transaction<T>(work: () => T): T {
    event()
    const result = transaction(() => {
      const done = work()
      event()
      return done
    })
    event()
    return result
  },
})
const cards = createCards(context, { author: () => 'Ada' })
const trash = createTrash(context, {
  besideVersions: async (work) => work(new Set()),
  dropJournal: () => {},
  ops,
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
