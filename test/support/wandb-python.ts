import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The release of the official client that these tests were last seen to pass with. */
const knownGood = '0.30.0'

/**
 * A Python that has the official client: the one `TESSERA_WANDB_PYTHON` names, else `python3` of the path, else null,
 * after saying so and how to get one.
 */
export function findWandbPython(): string | null {
  const named = process.env.TESSERA_WANDB_PYTHON
  // The programs run in folders of their own.
  const python = named === undefined ? 'python3' : resolve(named)
  const { status } = spawnSync(python, ['-c', 'import wandb; wandb.Artifact'], { stdio: 'ignore' })
  if (status === 0) return python
  if (named !== undefined) throw new Error(`TESSERA_WANDB_PYTHON is ${named}, which cannot import wandb`)
  console.warn(
    `SKIPPED: no Python with the W&B client. To run: python3 -m venv wandb-venv && wandb-venv/bin/pip install wandb==${knownGood}, then set TESSERA_WANDB_PYTHON=wandb-venv/bin/python`,
  )
  return null
}

/**
 * Runs a program that uses the client, in a folder that holds all it writes. `variables` are those of the environment
 * that it gets besides. Resolves with what it printed; rejects with what it complained about.
 */
export async function runWandbPython(
  python: string,
  folder: string,
  program: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const environment: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    PYTHONIOENCODING: 'utf-8',
    WANDB_ERROR_REPORTING: 'false',
    WANDB_SILENT: 'true',
    WANDB_CONSOLE: 'off',
    WANDB_DISABLE_GIT: 'true',
    WANDB_X_DISABLE_STATS: 'true',
    WANDB_X_DISABLE_META: 'true',
    ...variables,
  }
  for (const name of ['DIR', 'CACHE_DIR', 'DATA_DIR', 'CONFIG_DIR', 'ARTIFACT_DIR']) {
    mkdirSync(join(folder, name), { recursive: true })
    environment[`WANDB_${name}`] = join(folder, name)
  }
  writeFileSync(join(folder, 'program.py'), program)
  const child = spawn(python, ['program.py'], { cwd: folder, env: environment })
  let [out, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (part) => {
    out += part
  })
  child.stderr.setEncoding('utf8').on('data', (part) => {
    errors += part
  })
  const code = await new Promise((done, fail) => {
    child.once('error', fail)
    child.once('close', done)
  })
  if (code !== 0) throw new Error(`the Python program ended with ${code}: ${errors}`)
  return out.trim()
}
