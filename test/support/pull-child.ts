import { openTestHost } from './open-test-host.ts'

// A puller in a process of its own, for tests that kill it: pull-child.ts ROOT BASE_URL; the key is in the environment.
const [root, baseUrl] = process.argv.slice(2)
const host = await openTestHost({ root: root!, environment: { WANDB_API_KEY: process.env.WANDB_API_KEY } })
const { signal } = new AbortController()
const wandb = { baseUrl: baseUrl!, entity: 'me', project: 'street', autoPush: false }
await host.handlers['settings.set']({ wandb }, signal)
await host.handlers['remote.pullAndMerge']({ uncommitted: 'refuse', message: '' }, signal)
await host.close()
