import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder } from './asset-folder.ts'

/** Tessera's version, from its `package.json`. */
export function appVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')) as {
    version: string
  }
  return version
}

/** How Tessera names itself to servers. */
export const productName = (version: string) => `tessera/${version}`
