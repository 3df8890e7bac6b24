// `npm run interop`: the official W&B client for Python and Tessera, on one server. Makes a Python environment with that
// client in out/ unless TESSERA_WANDB_PYTHON names one; where that cannot be, it says why and skips. `--python` only says
// where that Python is, for a run of all tests.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureSetup, root, runNode, say } from './setup.mjs'

const release = '0.30.0'
const node = ensureSetup()
const { python, why } = findPython()
if (python === null) {
  say(`SKIPPED: interoperability with the W&B client was not tested: ${why}`)
} else if (process.argv.includes('--python')) {
  process.stdout.write(`${python}\n`)
} else {
  process.env.TESSERA_WANDB_PYTHON = python
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  process.exitCode = await runNode(node, [vitest, 'run', 'test/interop', ...process.argv.slice(2)], {
    cwd: root,
  })
}

/** @returns {{ python: string | null, why: string }} */
function findPython() {
  const named = process.env.TESSERA_WANDB_PYTHON
  if (named) return { python: named, why: '' }
  const folder = join(root, 'out', 'wandb-venv')
  const own = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  if (!hasClient(own)) {
    const made = existsSync(own) ? null : attempt('python3', ['-m', 'venv', folder], 120_000)
    if (made) return { python: null, why: `no Python environment could be made (${made}).` }
    const quiet = ['--quiet', '--disable-pip-version-check', '--no-input']
    const got = attempt(own, ['-m', 'pip', 'install', ...quiet, `wandb==${release}`], 300_000)
    if (got) return { python: null, why: `wandb ${release} could not be installed (${got}).` }
    if (!hasClient(own)) return { python: null, why: `wandb ${release} cannot be imported.` }
  }
  return { python: own, why: '' }
}

/** @param {string} python */
function hasClient(python) {
  return existsSync(python) && attempt(python, ['-c', 'import wandb; wandb.Artifact'], 60_000) === null
}

/**
 * Null when it went well, else the last line of what it said.
 * @param {string} command @param {string[]} args @param {number} timeout
 */
function attempt(command, args, timeout) {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout })
  if (status === 0) return null
  return error?.message ?? stderr.trim().split('\n').at(-1) ?? `status ${status}`
}
