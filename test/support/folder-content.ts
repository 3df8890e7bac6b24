import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Everything under a folder: path → mode and digest of the bytes. Do not use it on a library this process has open. */
export function folderContent(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    entries
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => {
        const stat = statSync(path)
        const content = stat.isDirectory()
          ? 'folder'
          : createHash('sha256').update(readFileSync(path)).digest('hex')
        return [relative(folder, path), `${(stat.mode & 0o777).toString(8)} ${content}`]
      }),
  )
}
