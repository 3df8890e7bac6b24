import { extname } from 'node:path'

/**
 * Address of the module `name` (relative, without its ending) beside `importer`, which is the caller's
 * `import.meta.url`. Workers and child processes are started from files: `.ts` when Node runs the sources, `.js` in a
 * built app, so the ending is the caller's own. Every `name` must also be an entry of `vite.electron.config.ts`.
 */
export function siblingModule(name: string, importer: string): URL {
  return new URL(`${name}${extname(new URL(importer).pathname)}`, importer)
}
