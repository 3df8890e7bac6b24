import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** A client that some Python may have. `probe` is a program that ends well where it is there. */
export type PythonClient = {
  name: string
  /** The variable that names a Python with it. */
  variable: string
  probe: string
  /** What a person types to get one. */
  remedy: string
}

/**
 * A Python that has the client: the one that `variable` names, else `python3` of the path, else null, after saying so and
 * how to get one.
 */
export function findPython({ name, variable, probe, remedy }: PythonClient): string | null {
  const named = process.env[variable]
  // The programs run in folders of their own.
  const python = named === undefined ? 'python3' : resolve(named)
  const { status } = spawnSync(python, ['-c', probe], { stdio: 'ignore' })
  if (status === 0) return python
  if (named !== undefined) throw new Error(`${variable} is ${named}, which cannot import ${name}`)
  console.warn(`SKIPPED: no Python with ${name}. To run: ${remedy}`)
  return null
}

/**
 * Runs a program in a folder that holds all it writes. `variables` are those of the environment that it gets besides PATH.
 * Resolves with what it printed; rejects with what it complained about.
 */
export async function runPython(
  python: string,
  folder: string,
  program: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const env = { PATH: process.env.PATH ?? '', HOME: folder, PYTHONIOENCODING: 'utf-8', ...variables }
  writeFileSync(join(folder, 'program.py'), program)
  const child = spawn(python, ['program.py'], { cwd: folder, env })
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
