import { existsSync, readFileSync } from 'node:fs'
import { openPushLibrary } from './push-library.ts'

// A push in a process of its own that says how long it took and how much memory it had: timed-push-child.ts FOLDER BASE_URL.
const [folder, url] = process.argv.slice(2)
const library = openPushLibrary(folder!)
const began = performance.now()
const { entries } = await library.sync(url!, process.env.WANDB_API_KEY!).push()
const ms = performance.now() - began
library.close()
const left = entries.filter(({ delivery }) => delivery.kind !== 'sent').length
console.log(JSON.stringify({ ms, megabytes: mostMegabytes(), left }))

/** What the system says of a process that was started counts the memory of who started it; of its own only here. */
function mostMegabytes(): number {
  const file = '/proc/self/status'
  const own = existsSync(file) ? /VmHWM:\s+(\d+) kB/.exec(readFileSync(file, 'utf8')) : null
  return own ? Number(own[1]) / 1000 : process.resourceUsage().maxRSS / 1000
}
