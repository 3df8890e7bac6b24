import { AppError } from '../base/app-error.ts'

/** A branch moves with every commit made on it; an alias moves only when somebody moves it. */
export type RefKind = 'branch' | 'alias'

/** What every library starts on. */
export const firstBranch = 'main'

/** The newest version of the branch the library is on; what is not committed yet. Nobody else may be called so. */
export const latest = 'latest'
export const working = 'working'
const reserved: ReadonlySet<string> = new Set([latest, working, 'head', 'last', 'none'])

/** Two names that fold to one are the same name. */
export const foldRef = (name: string): string => name.normalize('NFC').toLowerCase()

/**
 * A name for a branch or an alias: letters, digits, `.`, `_`, `-` and `/`, at most 128 and W&B takes them too. Throws
 * AppError `BAD_REQUEST` for anything else, and for what would be taken for a version: a number, `v7`, a hash.
 */
export function parseRefName(text: string): string {
  const name = text.trim().normalize('NFC')
  const why = !/^[\p{L}\p{N}][\p{L}\p{N}._/-]*$/u.test(name)
    ? 'It may hold letters, digits, ".", "_", "-" and "/", and begins with one of the first two.'
    : name.length > 128
      ? 'It has more than 128 characters.'
      : /^v?\d+$/i.test(name) || /^[0-9a-f]{7,64}$/i.test(name)
        ? 'It would be taken for a version.'
        : reserved.has(foldRef(name))
          ? 'That word means something else already.'
          : /\/(\/|$)|\.\.|\.$/.test(name)
            ? 'Between "/" there has to be something, and it does not end in ".".'
            : null
  if (why === null) return name
  throw new AppError('BAD_REQUEST', `"${name.slice(0, 140)}" is no name for a version. ${why}`, {
    remedy: 'Choose another name.',
  })
}

export type NamedVersion = { readonly id: string; readonly number: number }
export type NamedRef = { readonly name: string; readonly version: string }

/**
 * The version that somebody means: `7`, `v7`, the beginning of an id of at least seven digits, a branch, an alias, or
 * `latest`. Throws AppError `NOT_FOUND`; `BAD_REQUEST` when several begin so.
 */
export function findVersion<V extends NamedVersion>(
  text: string,
  versions: readonly V[],
  refs: readonly NamedRef[],
  head: string | null,
): V {
  const wanted = text.trim()
  const byId = (id: string | null) => versions.find((version) => version.id === id)
  const found = named() ?? (/^[0-9a-f]{7,64}$/i.test(wanted) ? begun() : undefined)
  if (found) return found
  throw new AppError('NOT_FOUND', `There is no version "${wanted.slice(0, 140)}" in this library.`, {
    remedy: 'See "tessera log" for the versions, and "tessera branch" and "tessera alias" for names.',
  })

  function named(): V | undefined {
    if (foldRef(wanted) === latest) return byId(head)
    const number = /^v?(\d{1,9})$/i.exec(wanted)
    if (number) return versions.find((version) => version.number === Number(number[1]))
    const ref = refs.find(({ name }) => foldRef(name) === foldRef(wanted))
    return ref && byId(ref.version)
  }

  function begun(): V | undefined {
    const all = versions.filter(({ id }) => id.startsWith(wanted.toLowerCase()))
    if (all.length < 2) return all[0]
    throw new AppError('BAD_REQUEST', `The ids of ${all.length} versions begin with "${wanted}".`, {
      remedy: 'Give more of the id, or the number.',
    })
  }
}
