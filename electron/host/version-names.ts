import { AppError } from '../../shared/base/app-error.ts'
import { createGraph } from '../../shared/history/graph.ts'
import type { HostHandlers, HostOutput } from '../../shared/host/host-api.ts'
import type { LibraryContext } from './library-context.ts'
import type { Versions } from './versions.ts'

type Branch = HostOutput<'branches.list'>[number]
type Named =
  | 'branches.list'
  | 'branches.create'
  | 'branches.rename'
  | 'branches.delete'
  | 'aliases.list'
  | 'aliases.set'
  | 'aliases.remove'
  | 'aliases.moves'
  | 'versionTags.list'
  | 'versionTags.change'

/** What the door says of branches, aliases and tags. */
export function createVersionNames(
  context: Pick<LibraryContext, 'now'>,
  tools: {
    readonly versions: Versions
    readonly author: () => string
    /** A name stands for another version than before, or a version has other tags. */
    readonly moved: () => void
  },
): Pick<HostHandlers, Named> {
  const { versions, author, moved } = tools
  const { refs } = versions
  const mover = () => ({ author: author(), at: context.now() })
  const shown = (name: string, version: string | null): Branch => ({
    name,
    version,
    isCurrent: name === refs.branch(),
  })

  /** Versions that only this branch leads to. */
  async function onlyOn(name: string, version: string): Promise<number> {
    const graph = createGraph(await versions.list())
    const others = refs.list().filter((ref) => ref.name !== name)
    const reached = new Set(others.flatMap((ref) => [...graph.ancestors(ref.version)]))
    return [...graph.ancestors(version)].filter((id) => !reached.has(id)).length
  }

  return {
    async 'branches.list'() {
      const branches = refs
        .list()
        .filter(({ kind }) => kind === 'branch')
        .map(({ name, version }) => shown(name, version))
      // Before the first version there is only its name.
      return branches.some(({ isCurrent }) => isCurrent)
        ? branches
        : [shown(refs.branch(), null), ...branches]
    },

    async 'branches.create'({ name, version: text }) {
      const version = text === undefined ? versions.head() : versions.find(text)
      if (!version) {
        throw new AppError('NOT_FOUND', 'There is no version yet that a branch could begin at.', {
          remedy: 'Commit first.',
        })
      }
      const made = refs.createBranch(name, version.id, mover())
      return shown(made.name, made.version)
    },

    async 'branches.rename'({ name, to }) {
      const renamed = refs.renameBranch(name, to, mover())
      return shown(renamed.name, renamed.version)
    },

    async 'branches.delete'({ name, force }) {
      const ref = refs.find(name)
      const lonely = ref?.kind === 'branch' && !force ? await onlyOn(ref.name, ref.version) : 0
      if (lonely > 0 && ref?.name !== refs.branch()) {
        const what = lonely === 1 ? '1 version' : `${lonely} versions`
        throw new AppError('CONFLICT', `Nothing else leads to ${what} of the branch "${ref?.name}".`, {
          remedy:
            'Merge it first, or give its version an alias; or delete it all the same: its versions are kept.',
        })
      }
      refs.remove(name, 'branch', mover())
      return {}
    },

    async 'aliases.list'() {
      return refs
        .list()
        .filter(({ kind }) => kind === 'alias')
        .map(({ name, version }) => ({ name, version }))
    },

    async 'aliases.set'({ name, version }) {
      const set = refs.setAlias(name, versions.find(version).id, mover())
      moved()
      return { name: set.name, version: set.version }
    },

    async 'aliases.remove'({ name }) {
      refs.remove(name, 'alias', mover())
      moved()
      return {}
    },

    async 'aliases.moves'({ name }) {
      return refs.moves(name)
    },

    async 'versionTags.list'() {
      return versions.tags.list()
    },

    async 'versionTags.change'({ version: text, add, remove }) {
      const { id } = versions.find(text)
      if (versions.tags.change(id, { add, remove }, mover())) moved()
      return { version: id, tags: versions.tags.of(id) }
    },
  }
}
