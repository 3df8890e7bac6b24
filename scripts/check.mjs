// Type-checks every environment and lints. Prints one line a check; exits with the number that failed.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureSetup, root, toolEnvironment } from './setup.mjs'

const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
const checks = [
  ...['shared', 'electron', 'renderer', 'test'].map((room) => ({
    name: `types: ${room}`,
    args: [tsc, '-p', `${room}/tsconfig.json`],
  })),
  { name: 'lint and format', args: [biome, 'check', '--error-on-warnings'] },
]

export function check(node) {
  let failed = 0
  for (const { name, args } of checks) {
    const result = spawnSync(node, args, { cwd: root, encoding: 'utf8', env: toolEnvironment(node) })
    const ok = result.status === 0
    if (!ok) failed++
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}`)
    if (!ok) console.log(result.stdout + result.stderr)
  }
  return { passed: checks.length - failed, failed }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.exitCode = check(ensureSetup()).failed
