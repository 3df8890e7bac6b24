import { openPushLibrary } from './push-library.ts'

// A push in a process of its own that says how long it took and how much memory it had: timed-push-child.ts FOLDER BASE_URL.
const [folder, url] = process.argv.slice(2)
const library = openPushLibrary(folder!)
const began = performance.now()
const { entries } = await library.sync(url!, process.env.WANDB_API_KEY!).push()
const ms = performance.now() - began
library.close()
const left = entries.filter(({ delivery }) => delivery.kind !== 'sent').length
console.log(JSON.stringify({ ms, megabytes: process.resourceUsage().maxRSS / 1024, left }))
