import { writeSync } from 'node:fs'
import { announced, announceTransactions } from './announced.ts'
import { openCategoryLibrary } from './category-library.ts'

/**
 * Merges category 3 into `TO` in a process of its own, or takes that back, and kills itself at its KILL_AT-th file call or
 * step of a transaction; writes `EVENTS n` at the end.
 *
 *     category-child.ts FOLDER move|takeBack TO KILL_AT
 */
const [folder, what, to, killAt] = process.argv.slice(2) as [string, string, string, string]
let isArmed = false
let events = 0
const event = () => {
  if (isArmed && ++events === Number(killAt)) process.kill(process.pid, 'SIGKILL')
}
const library = await openCategoryLibrary({ folder, ops: announced(event) })
announceTransactions(library.context, event)
isArmed = true
if (what === 'move') await library.jobs.move({ from: 3, to: Number(to), remove: true })
else await library.jobs.takeBack(library.jobs.latest()[0]!.id)
isArmed = false
writeSync(1, `EVENTS ${events}\n`)
await library.close()
