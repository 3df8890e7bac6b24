import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** The values in a file that only its owner can read. Empty when there is none or it is damaged. */
export function readSecretFile(path: string): Record<string, string> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof value !== 'object' || value === null) return {}
    return Object.fromEntries(Object.entries(value).filter((entry) => typeof entry[1] === 'string'))
  } catch {
    // No file, or one that somebody damaged: there is no key in it.
    return {}
  }
}

/** Replaces the file; without values it is removed. */
export function writeSecretFile(path: string, values: Record<string, string>): void {
  if (Object.keys(values).length === 0) {
    rmSync(path, { force: true })
    return
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(`${path}.tmp`, JSON.stringify(values), { mode: 0o600 })
  // An older temporary file keeps its mode when written again.
  chmodSync(`${path}.tmp`, 0o600)
  renameSync(`${path}.tmp`, path)
}
