// `npm test`: sets up, builds, checks types and lint, runs every test (real Chromium included).
// The last line is `N passed, N failed[, N skipped]`; checks count as tests. Arguments go to Vitest.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { freemem } from 'node:os'
import { join } from 'node:path'
import { build } from './build.mjs'
import { check } from './check.mjs'
import { ensureSetup, root, runNode, say } from './setup.mjs'

const node = ensureSetup()
const args = process.argv.slice(2)
build(node)
const checks = args.length > 0 ? { passed: 0, failed: 0 } : check(node)

const results = join(root, 'out', 'test-results.json')
rmSync(results, { force: true })
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const temporary = memoryFolder()
if (temporary) process.env.TMPDIR = temporary
const code = await runNode(
  node,
  [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`, ...args],
  { cwd: root },
)
if (temporary) rmSync(temporary, { recursive: true, force: true })

const report = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : undefined
if (!report) say('Vitest wrote no results; its message is above.')
// A file that does not even load has no failed test of its own.
const brokenFiles =
  report?.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
    .length ?? 1
const passed = checks.passed + (report?.numPassedTests ?? 0)
let failed = checks.failed + (report?.numFailedTests ?? 0) + brokenFiles
if (code !== 0 && failed === 0) failed = 1
const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0)
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = failed > 0 ? 1 : 0

/**
 * A folder in memory for what the tests write, where Linux has 4 GiB to spare for one; undefined: the usual place. A third
 * of the time of tests that save and commit is the disk's, and cuts of power are simulated above it.
 */
function memoryFolder() {
  const shared = '/dev/shm'
  if (process.env.TMPDIR || !existsSync(shared)) return undefined
  try {
    const { bavail, bsize } = statfsSync(shared)
    if (Math.min(bavail * bsize, freemem()) < 4 * 2 ** 30) return undefined
    for (const name of readdirSync(shared)) {
      const owner = /^tessera-test-(\d+)$/.exec(name)?.[1]
      if (owner && !existsSync(`/proc/${owner}`)) rmSync(join(shared, name), { recursive: true, force: true })
    }
    const folder = join(shared, `tessera-test-${process.pid}`)
    mkdirSync(folder, { mode: 0o700 })
    return folder
  } catch {
    return undefined
  }
}
