import { openPushLibrary } from './push-library.ts'

// A pusher in a process of its own, for tests that kill it: push-child.ts FOLDER BASE_URL; the key is in the environment.
const [folder, url] = process.argv.slice(2)
const library = openPushLibrary(folder!)
await library.sync(url!, process.env.WANDB_API_KEY!).push()
library.close()
