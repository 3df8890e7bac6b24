// `npm run interop`: the official clients for Python of W&B and Segments.ai and Tessera, on one server each. Makes a Python
// environment with each client in out/ unless TESSERA_WANDB_PYTHON or TESSERA_SEGMENTS_PYTHON names one; where that cannot
// be, it says why and skips. `--python` only says where those Pythons are, as NAME=PATH lines, for a run of all tests.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureSetup, root, runNode, say } from './setup.mjs'

/** @typedef {{ name: string, variable: string, folder: string, packages: string[], probe: string }} Client */
/** @type {Client[]} */
const clients = [
  {
    name: 'W&B',
    variable: 'TESSERA_WANDB_PYTHON',
    folder: 'wandb-venv',
    packages: ['wandb==0.30.0'],
    probe: 'import wandb; wandb.Artifact',
  },
  {
    name: 'Segments.ai',
    variable: 'TESSERA_SEGMENTS_PYTHON',
    folder: 'segments-venv',
    // What its exports import it does not ask for itself.
    packages: [
      'segments-ai==1.30.0',
      // Later ones no longer write the masks that it keeps.
      'pillow==12.3.0',
      'numpy==2.4.6',
      'scikit-image==0.26.0',
      'pycocotools==2.0.11',
      'opencv-python-headless==5.0.0.93',
    ],
    probe: 'import cv2, pycocotools.mask, segments.client, segments.export',
  },
]

const node = ensureSetup()
const found = clients.flatMap((client) => {
  const { python, why } = findPython(client)
  if (python === null) say(`SKIPPED: interoperability with the ${client.name} client was not tested: ${why}`)
  return python === null ? [] : [{ variable: client.variable, python }]
})
if (process.argv.includes('--python')) {
  for (const { variable, python } of found) process.stdout.write(`${variable}=${python}\n`)
} else if (found.length > 0) {
  for (const { variable, python } of found) process.env[variable] = python
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  process.exitCode = await runNode(node, [vitest, 'run', 'test/interop', ...process.argv.slice(2)], {
    cwd: root,
  })
}

/**
 * @param {Client} client
 * @returns {{ python: string | null, why: string }}
 */
function findPython({ variable, folder: name, packages, probe }) {
  const named = process.env[variable]
  if (named) return { python: named, why: '' }
  const folder = join(root, 'out', name)
  const own = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  if (!hasClient(own, probe)) {
    const made = existsSync(own) ? null : attempt('python3', ['-m', 'venv', folder], 120_000)
    if (made) return { python: null, why: `no Python environment could be made (${made}).` }
    const quiet = ['--quiet', '--no-compile', '--disable-pip-version-check', '--no-input']
    const got = attempt(own, ['-m', 'pip', 'install', ...quiet, ...packages], 300_000)
    if (got) return { python: null, why: `${packages[0]} could not be installed (${got}).` }
    if (!hasClient(own, probe)) return { python: null, why: `${packages[0]} cannot be imported.` }
  }
  return { python: own, why: '' }
}

/** @param {string} python @param {string} probe */
function hasClient(python, probe) {
  return existsSync(python) && attempt(python, ['-c', probe], 60_000) === null
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
