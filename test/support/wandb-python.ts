import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { findPython, runPython } from './run-python.ts'

/** The release of the official client that these tests were last seen to pass with. */
const knownGood = '0.30.0'

/** A Python that has the official client, or null, after saying so and how to get one. */
export const findWandbPython = () =>
  findPython({
    name: 'the W&B client',
    variable: 'TESSERA_WANDB_PYTHON',
    probe: 'import wandb; wandb.Artifact',
    remedy: `python3 -m venv wandb-venv && wandb-venv/bin/pip install wandb==${knownGood}, then set TESSERA_WANDB_PYTHON=wandb-venv/bin/python`,
  })

/** A Python that has what docs/guide/pipeline/train.py imports, or null, after saying so and how to get one. */
export const findTrainingPython = () =>
  findPython({
    name: 'the W&B client, scikit-learn and Pillow',
    variable: 'TESSERA_TRAINING_PYTHON',
    probe: 'import wandb, sklearn, numpy, PIL; wandb.Artifact',
    remedy: 'node scripts/interop.mjs --python, then set TESSERA_TRAINING_PYTHON as it says',
  })

/**
 * Runs a program that uses the client, in a folder that holds all it writes. `variables` are those of the environment
 * that it gets besides. Resolves with what it printed; rejects with what it complained about.
 */
export function runWandbPython(
  python: string,
  folder: string,
  program: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const environment: Record<string, string> = {
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
  return runPython(python, folder, program, environment)
}
