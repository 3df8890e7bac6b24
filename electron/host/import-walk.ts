import { readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'

/** A file to import: where it is, and its name relative to the folder that was given. */
export type FoundFile = { readonly path: string; readonly name: string }

const naturalOrder = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' }).compare

/**
 * The files that paths from a command line mean, in the order given and within folders in natural order
 * (`2.jpg` before `10.jpg`). A folder gives the regular files under it, without hidden ones; links in it are not
 * followed, because they can lead out of it or round in circles. A path that is no folder is answered as it stands,
 * also when it does not exist: reading it then says why.
 */
export async function findFiles(paths: readonly string[], signal?: AbortSignal): Promise<FoundFile[]> {
  const found: FoundFile[] = []

  async function walk(folder: string, prefix: string): Promise<void> {
    signal?.throwIfAborted()
    const entries = await readdir(folder, { withFileTypes: true })
    entries.sort((a, b) => naturalOrder(a.name, b.name) || (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) {
        // A folder that may not be read is reported like a file that may not be read.
        await walk(path, `${prefix}${entry.name}/`).catch((error) => {
          if (signal?.aborted) throw error
          found.push({ path, name: prefix + entry.name })
        })
      } else if (entry.isFile()) found.push({ path, name: prefix + entry.name })
    }
  }

  for (const given of paths) {
    const path = resolve(given)
    const info = await stat(path).catch(() => undefined)
    if (info?.isDirectory()) await walk(path, '')
    else found.push({ path, name: basename(path) })
  }
  return found
}
