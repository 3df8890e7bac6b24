import { existsSync, readFileSync } from 'node:fs'
import { createHeldBlobs, fetchFiles } from '../../electron/host/pull-files.ts'
import { checkFiles } from '../../shared/sync/pull.ts'
import { openTestHost } from './open-test-host.ts'

// Pulls the files of one version in a process of its own: timed-pull-child.ts ROOT BASE_URL; the key is in the environment.
// Says how long it took and how much memory, as JSON.
const [root, baseUrl] = process.argv.slice(2)
const host = await openTestHost({ root: root!, environment: { WANDB_API_KEY: process.env.WANDB_API_KEY } })
const { signal } = new AbortController()
const wandb = { baseUrl: baseUrl!, entity: 'me', project: 'street', autoPush: false }
await host.handlers['settings.set']({ wandb }, signal)
const { context, sync } = host.services
const { source, place } = await sync.connect()
const began = performance.now()
const item = (await source.byName(place, 'raw_data:latest', signal))!
const { here } = checkFiles(await source.files(item, signal))
const watch = { expect() {}, advance() {} }
const found = await fetchFiles(
  { context, source, held: createHeldBlobs(context), watch, signal },
  item.id,
  here,
)
const ms = performance.now() - began
console.log(JSON.stringify({ ms, megabytes: mostMegabytes(), files: found.size }))
await host.close()

/** What the system says of a process that was started counts the memory of who started it; of its own only here. */
function mostMegabytes(): number {
  const file = '/proc/self/status'
  const own = existsSync(file) ? /VmHWM:\s+(\d+) kB/.exec(readFileSync(file, 'utf8')) : null
  return own ? Number(own[1]) / 1000 : process.resourceUsage().maxRSS / 1000
}
