import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

// On POSIX, closing any descriptor of the database's files drops SQLite's locks for the whole process. So only the storage
// room may know what they are called, and there only the copy for readers, which no owner makes, reads them as files.

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const storage = 'electron/adapters/sqlite/'
const sources = ['electron', 'shared', 'scripts']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .filter((name) => /\.(ts|mts|mjs)$/.test(name))
  .map((name) => relative('.', name).split(sep).join('/'))

/** The code of a file, without its comments. */
function code(file: string): string {
  return readFileSync(join(root, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|[^:'"`])\/\/.*$/gm, '$1')
}

it('finds the sources it is about', () => {
  expect(sources.filter((file) => file.startsWith(storage)).length).toBeGreaterThan(5)
  expect(code(`${storage}database-files.ts`)).toContain("'library.db'")
})

it('spells the names of the database’s files in the storage room alone', () => {
  const spelled = sources
    .filter((file) => !file.startsWith(storage))
    // A finding may name the file for a person; what would open it is a path.
    .filter((file) =>
      /(join|resolve)\([^)]*library\.db|\/library\.db|['"`/]owner\.lock|-(wal|shm)['"`]/.test(code(file)),
    )
  expect(spelled).toEqual([])
})

it('lets no module but the storage room’s ask for those files', () => {
  const asking = sources
    .filter((file) => !file.startsWith(storage))
    .filter((file) => /sqlite\/database-files/.test(code(file)))
  expect(asking).toEqual([])
})

it('opens them as files only to make an empty one, to copy them for a reader, and a backup of them', () => {
  const opening = sources
    .filter((file) => file.startsWith(storage))
    .flatMap((file) =>
      [
        ...code(file).matchAll(
          /\b(openSync|readFileSync|writeFileSync|copyFileSync|createReadStream|open|readFile)\(/g,
        ),
      ].map(([, call]) => `${file.slice(storage.length)} ${call}`),
    )
  expect(opening.sort()).toEqual([
    'database-files.ts openSync',
    'library-lock.ts openSync',
    // Of the copy: closing it takes no lock of the index.
    'migration-backup.ts openSync',
    'migration-backup.ts openSync',
    'read-database.ts copyFileSync',
    'read-database.ts copyFileSync',
  ])
})
