import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Files beside an archive of an installed app lie in the same place under this name. */
const unpacked = (path: string) => path.replace(/\.asar(?=$|[\\/])/, '.asar.unpacked')

/** The folder that holds Tessera's own `package.json`: the repository, or an installed app's archive. */
export function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  // Built files lie one folder deeper than their sources.
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error('package.json of Tessera is missing')
    folder = parent
  }
  return folder
}

/** `assets/<name>` as a folder that programs outside of Electron can read too: decoders cannot look into an archive. */
export function assetFolder(name: string): string {
  return unpacked(join(packageFolder(), 'assets', name))
}
