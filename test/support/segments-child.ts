import { openSegmentsLibrary } from './segments-desk.ts'

// A run in a process of its own, for tests that kill it: segments-child.ts ROOT BASE_URL MODE.
const [root, baseUrl, mode] = process.argv.slice(2)
const library = await openSegmentsLibrary(baseUrl!, { root: root!, name: 'ada' })
const { failed } = await library.run(mode as 'publish' | 'pull' | 'both')
await library.close()
if (failed.length > 0) throw new Error(JSON.stringify(failed))
