import { writeSync } from 'node:fs'
import { announced, announceTransactions } from './announced.ts'
import { openVersionLibrary } from './version-library.ts'
import { doAct, type VersionAct } from './version-world.ts'

/**
 * Does one thing with versions in a process of its own, which kills itself at its KILL_AT-th file call or step of a
 * transaction; writes `EVENTS n` at the end.
 *
 *     version-child.ts FOLDER ACT KILL_AT
 */
const [folder, act, killAt] = process.argv.slice(2) as [string, VersionAct, string]
let isArmed = false
let events = 0
const event = () => {
  if (isArmed && ++events === Number(killAt)) process.kill(process.pid, 'SIGKILL')
}
const library = await openVersionLibrary({ folder, ops: announced(event) })
announceTransactions(library.context, event)
isArmed = true
await doAct(library, act)
isArmed = false
writeSync(1, `EVENTS ${events}\n`)
await library.versions.settled()
await library.close()
