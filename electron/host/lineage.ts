import { AppError, toAppError } from '../../shared/base/app-error.ts'
import {
  artifactRoleSchema,
  type HostOutput,
  type Settings,
  type Version,
} from '../../shared/host/host-api.ts'
import {
  artifactNodeId,
  buildLineage,
  type InputRecord,
  type LineageRecords,
  runKey,
  runNodeId,
  type SentRecord,
} from '../../shared/lineage/build.ts'
import type { LineageSource, RunPlace } from '../../shared/sync/lineage-source.ts'
import { roleTraits } from '../../shared/sync/push.ts'
import { rowSumHolds } from '../adapters/sqlite/row-sum.ts'
import { normalizeBaseUrl } from '../adapters/wandb/http.ts'
import type { LibraryContext } from './library-context.ts'
import { createLineageCache } from './lineage-cache.ts'
import { requireWritable } from './read-only.ts'
import type { Refs } from './refs.ts'
import { releaseRecords } from './segments-origin.ts'

/** Artifacts and runs that one look asks about. Each is one question, or some more where there are many pages. */
const mostAsked = 600
/** Runs that used an artifact, and artifacts that a run read or wrote, that are read of each. */
const mostEach = 500
/** Edges from what was sent that a look goes along: run, model, run that used the model, what that made. */
const farthest = 4
/** How many are asked about at a time. */
const atOnce = 4
const tellEveryMs = 250

type Look = HostOutput<'lineage.look'>
export type Lineage = {
  get(): Promise<HostOutput<'lineage.get'>>
  /** `node` is an id of the graph; null: everything. Rejects as `lineage.look` says. */
  look(node: string | null, signal: AbortSignal): Promise<Look>
}
/** Something on the server to be asked about, and how far it is from where the look began. */
type Wanted = ({ readonly artifact: string } | { readonly run: RunPlace }) & { readonly far: number }
const keyOf = (wanted: Wanted) =>
  'artifact' in wanted ? `artifact ${wanted.artifact}` : `run ${runKey(wanted.run)}`

/** Where data came from and what was made of it: read from the index, completed from the server when somebody asks. */
export function createLineage(
  context: LibraryContext,
  options: {
    readonly versions: { list(): Promise<readonly Version[]>; readonly refs: Pick<Refs, 'list'> }
    readonly settings: { get(): Settings | Promise<Settings> }
    /** Rejects with `REMOTE_NOT_SET`, `AUTH_MISSING` … */
    readonly connect: () => Promise<LineageSource>
    readonly limits?: { readonly asked?: number; readonly each?: number }
  },
): Lineage {
  const { db } = context
  const { asked: most = mostAsked, each = mostEach } = options.limits ?? {}
  const cache = createLineageCache(context)
  const selectReceipts = db.prepare('SELECT * FROM receipts ORDER BY remote, version_id, role')
  let running: { asked: number; waiting: number } | null = null
  let toldAt = 0

  /** Empty when no place is set. */
  async function serverNow(): Promise<string> {
    const { baseUrl, entity, project } = (await options.settings.get()).wandb
    return baseUrl && entity && project ? normalizeBaseUrl(baseUrl) : ''
  }

  /** Receipts of every place that versions went to. A damaged one is left out. */
  function receipts() {
    return selectReceipts.all().flatMap((row) => {
      const remote = /^wandb:(.+)\/([^/]+)\/([^/]+)$/.exec(String(row.remote))
      if (!remote || !rowSumHolds(row)) return []
      const [, server = '', entity = '', project = ''] = remote
      return [{ row, server, entity, project, name: String(row.run_name) }]
    })
  }
  function sent(): SentRecord[] {
    return receipts().flatMap(({ row, server, entity, project, name }): SentRecord[] => {
      const role = artifactRoleSchema.safeParse(row.role)
      if (!role.success) return []
      return [
        {
          server,
          entity,
          project,
          versionId: String(row.version_id),
          artifactId: String(row.artifact_id),
          collection: role.data,
          type: roleTraits[role.data].type,
          version: String(row.remote_version),
          digest: String(row.digest),
          runName: name,
          url: row.url === null ? null : String(row.url),
          sentAt: Number(row.sent_at),
        },
      ]
    })
  }
  function inputs(versions: readonly Version[]): InputRecord[] {
    const oldestFirst = [...versions].sort((a, b) => a.number - b.number)
    return db
      .prepare('SELECT * FROM remote_inputs ORDER BY remote, artifact_id')
      .all()
      .flatMap((row) => {
        const server = /^wandb:(.+)\/[^/]+\/[^/]+$/.exec(String(row.remote))?.[1]
        if (server === undefined || !rowSumHolds(row)) return []
        // They are in the first version that was made after they came.
        const version = oldestFirst.find(({ number }) => number > Number(row.after_version))
        const said = {
          artifactId: String(row.artifact_id),
          name: String(row.name),
          digest: String(row.digest),
        }
        return [{ server, ...said, versionId: version?.id ?? null }]
      })
  }

  async function records(): Promise<LineageRecords> {
    const refs = options.versions.refs.list()
    const list = await options.versions.list()
    const namesOf = (id: string) => refs.flatMap(({ name, version }) => (version === id ? [name] : []))
    return {
      versions: list.map((version) => ({
        ...version,
        names: namesOf(version.id),
      })),
      sent: sent(),
      senders: receipts(),
      inputs: inputs(list),
      releases: releaseRecords(context),
      artifacts: cache.artifacts(),
      runs: cache.runs(),
    }
  }

  function tell(next: typeof running, isLast = false): void {
    running = next
    const now = performance.now()
    if (!isLast && now - toldAt < tellEveryMs) return
    toldAt = now
    context.emit({ type: 'lineage.changed', running })
  }

  /** Where a look begins. */
  async function begin(node: string | null, server: string): Promise<Wanted[]> {
    const known = await records()
    if (node === null) {
      const numbers = new Map(known.versions.map(({ id, number }) => [id, number]))
      const own = known.sent
        .filter((one) => one.server === server)
        .sort((a, b) => (numbers.get(b.versionId) ?? 0) - (numbers.get(a.versionId) ?? 0))
      const inputs = known.inputs.filter((one) => one.server === server)
      const asked = new Map(
        known.artifacts.map((one) => [artifactNodeId(one.server, one.id), one.lookedAt ?? 0]),
      )
      const ids = [...new Set([...own, ...inputs].map(({ artifactId }) => artifactId))]
      const askedAt = (id: string) => asked.get(artifactNodeId(server, id)) ?? 0
      // What was never asked about comes first, so that looks together see all of a long history.
      return ids.sort((a, b) => askedAt(a) - askedAt(b)).map((artifact) => ({ artifact, far: 0 }))
    }
    const far = farthest - 1
    const graph = buildLineage(known)
    const found = graph.nodes.find(({ id }) => id === node)
    if (found?.kind === 'artifact' && node.startsWith(artifactNodeId(server, '')))
      return [{ artifact: node.slice(artifactNodeId(server, '').length), far }]
    if (found?.kind === 'run' && node.startsWith(runNodeId(server, '')))
      return [{ run: { entity: found.entity, project: found.project, name: found.name }, far }]
    if (found?.kind === 'version') {
      const its = known.sent.filter((one) => one.server === server && one.versionId === found.versionId)
      return its.map(({ artifactId }) => ({ artifact: artifactId, far: 0 }))
    }
    throw new AppError('NOT_FOUND', 'The server that is set knows nothing of that.', {
      remedy: 'Choose something of the project that the library is linked to.',
    })
  }

  /** Asks about one thing and keeps the answer. */
  async function ask(source: LineageSource, server: string, wanted: Wanted, signal: AbortSignal) {
    const far = wanted.far + 1
    if ('artifact' in wanted) {
      const look = await source.artifact(wanted.artifact, each, signal)
      if (!look) {
        cache.gone(server, wanted, context.now())
        return { news: 0, next: [] }
      }
      const news = cache.putArtifact(server, look, context.now())
      const runs = [...(look.madeBy ? [look.madeBy] : []), ...look.usedBy]
      return {
        news,
        next: runs.map(({ entity, project, name }): Wanted => ({ run: { entity, project, name }, far })),
      }
    }
    const look = await source.run(wanted.run, each, signal)
    if (!look) {
      cache.gone(server, wanted, context.now())
      return { news: 0, next: [] }
    }
    const news = cache.putRun(server, look, context.now())
    // What a run read is named already; what it made leads on.
    return { news, next: look.outputs.map(({ id }): Wanted => ({ artifact: id, far })) }
  }

  async function look(node: string | null, signal: AbortSignal): Promise<Look> {
    requireWritable(context)
    if (running) {
      throw new AppError('CONFLICT', 'The server is being asked already.', {
        remedy: 'Wait until that is done, or stop it.',
      })
    }
    running = { asked: 0, waiting: 0 }
    try {
      const source = await options.connect()
      const server = await serverNow()
      const open = await begin(node, server)
      // What our own runs read and made is known.
      const own = receipts().map(
        ({ entity, project, name }): Wanted => ({ run: { entity, project, name }, far: 0 }),
      )
      const seen = new Set([...open, ...own].map(keyOf))
      const stop = new AbortController()
      const both = AbortSignal.any([signal, stop.signal])
      let [asked, found, left] = [0, 0, 0]
      let failure: unknown = null
      tell({ asked, waiting: open.length })
      await new Promise<void>((done) => {
        let active = 0
        const go = () => {
          // The first goes alone: a server that was left alone lets only one try.
          while (
            active < (asked === 0 ? 1 : atOnce) &&
            open.length > 0 &&
            failure === null &&
            !signal.aborted
          ) {
            if (asked + active >= most) {
              left += open.splice(0).length
              break
            }
            const wanted = open.shift()!
            active++
            ask(source, server, wanted, both)
              .then(({ news, next }) => {
                asked++
                found += news
                for (const one of next) {
                  const isFarther = one.far <= farthest && !seen.has(keyOf(one))
                  if (isFarther && (node === null || one.far < farthest)) {
                    seen.add(keyOf(one))
                    open.push(one)
                  }
                }
              })
              .catch((error: unknown) => {
                // The first failure is the one to tell of; the others end because of it.
                failure ??= error
                stop.abort()
              })
              .finally(() => {
                active--
                tell({ asked, waiting: open.length + active })
                go()
              })
          }
          if (active === 0) done()
        }
        go()
      })
      if (signal.aborted) {
        throw new AppError('CANCELLED', 'Asking the server was stopped.', {
          remedy: 'What it said until then is kept. Ask again when you like.',
        })
      }
      if (failure === null && node === null) cache.setLookedAt(server, context.now())
      return { asked, found, left, error: failure === null ? null : toAppError(failure).toInfo() }
    } finally {
      tell(null, true)
    }
  }

  return {
    look,
    async get() {
      const server = await serverNow()
      return {
        ...buildLineage(await records()),
        lookedAt: server === '' ? null : cache.lookedAt(server),
        canLook: server !== '' && !context.readOnly,
        running,
      }
    },
  }
}
