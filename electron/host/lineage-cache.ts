import { z } from 'zod'
import { type ArtifactRecord, type RunRecord, runKey } from '../../shared/lineage/build.ts'
import { linkSchema } from '../../shared/lineage/graph.ts'
import type {
  ArtifactFacts,
  ArtifactLook,
  RunFacts,
  RunLook,
  RunPlace,
} from '../../shared/sync/lineage-source.ts'
import type { LibraryContext } from './library-context.ts'

const text = z.string()
const artifactSchema = z.object({
  id: text,
  entity: text,
  project: text,
  collection: text,
  type: text,
  index: z.int().nullable(),
  digest: text,
  files: z.number(),
  bytes: z.number(),
  aliases: z.array(text),
  tags: z.array(text),
  createdAt: z.number().nullable(),
  ttlSeconds: z.number().nullable(),
  ttlIsInherited: z.boolean(),
  isDeleted: z.boolean(),
  url: text,
  around: z
    .object({
      madeBy: text.nullable(),
      usedBy: z.array(text),
      links: z.array(linkSchema),
      hasMore: z.boolean(),
    })
    .nullable(),
})
const runSchema = z.object({
  entity: text,
  project: text,
  name: text,
  title: text,
  jobType: text.nullable(),
  state: text.nullable(),
  user: text.nullable(),
  createdAt: z.number().nullable(),
  metrics: z.array(z.tuple([text, z.number()])),
  isDeleted: z.boolean(),
  url: text,
  around: z.object({ inputs: z.array(text), outputs: z.array(text), hasMore: z.boolean() }).nullable(),
})
type StoredArtifact = z.infer<typeof artifactSchema>
type StoredRun = z.infer<typeof runSchema>

/** What servers said of artifacts and runs, on disk. Rows that cannot be read are left out: they are asked for again. */
export type LineageCache = {
  artifacts(): ArtifactRecord[]
  runs(): RunRecord[]
  /** Keeps what was said of an artifact and of the runs beside it, in one transaction. Answers how many were not known. */
  putArtifact(server: string, look: ArtifactLook, at: number): number
  putRun(server: string, look: RunLook, at: number): number
  /** Marks what the server does not have any more. */
  gone(server: string, what: { readonly artifact: string } | { readonly run: RunPlace }, at: number): void
  /** When the server was last asked to the end; null: never. */
  lookedAt(server: string): number | null
  setLookedAt(server: string, at: number): void
}

const artifactKey = (id: string) => `artifact:${id}`
const keyOfRun = (run: RunPlace) => `run:${runKey(run)}`
/** Stands for the server itself. */
const wholeKey = 'look'

export function createLineageCache(
  context: Pick<LibraryContext, 'db' | 'transaction' | 'log'>,
): LineageCache {
  const { db } = context
  const select = db.prepare('SELECT facts, looked_at FROM lineage_facts WHERE server = ? AND key = ?')
  const selectAll = db.prepare(
    'SELECT server, facts, looked_at FROM lineage_facts WHERE key >= ? AND key < ? ORDER BY server, key',
  )
  const insert = () =>
    db.prepare('INSERT OR REPLACE INTO lineage_facts (server, key, facts, looked_at) VALUES (?, ?, ?, ?)')

  function all<T>(kind: 'artifact' | 'run', schema: z.ZodType<T>) {
    // `;` is what follows `:`.
    return selectAll.all(`${kind}:`, `${kind};`).flatMap((row) => {
      const facts = read(String(row.facts), schema)
      const lookedAt = row.looked_at === null ? null : Number(row.looked_at)
      return facts ? [{ server: String(row.server), lookedAt, ...facts }] : []
    })
  }
  function stored<T>(server: string, key: string, schema: z.ZodType<T>) {
    const row = select.get(server, key)
    const facts = row && read(String(row.facts), schema)
    return facts ? { facts, lookedAt: row.looked_at === null ? null : Number(row.looked_at) } : null
  }

  /** What is newly said of something that was only named keeps what was once found around it. */
  function nameArtifact(server: string, artifact: ArtifactFacts): number {
    const before = stored(server, artifactKey(artifact.id), artifactSchema)
    const facts = { ...artifact, around: before?.facts.around ?? null } satisfies ArtifactFacts &
      Pick<StoredArtifact, 'around'>
    insert().run(server, artifactKey(artifact.id), JSON.stringify(facts), before?.lookedAt ?? null)
    return before ? 0 : 1
  }
  function nameRun(server: string, run: RunFacts): number {
    const before = stored(server, keyOfRun(run), runSchema)
    const { user = null, metrics = [], around = null } = before?.facts ?? {}
    const facts = { ...run, user, metrics, isDeleted: false, around } satisfies StoredRun
    insert().run(server, keyOfRun(run), JSON.stringify(facts), before?.lookedAt ?? null)
    return before ? 0 : 1
  }

  return {
    artifacts: () => all('artifact', artifactSchema),
    runs: () => all('run', runSchema),
    putArtifact(server, { artifact, madeBy, usedBy, links, hasMore }, at) {
      return context.transaction(() => {
        let news = nameArtifact(server, artifact)
        for (const run of [...(madeBy ? [madeBy] : []), ...usedBy]) news += nameRun(server, run)
        const around = { madeBy: madeBy && runKey(madeBy), usedBy: usedBy.map(runKey), links, hasMore }
        insert().run(server, artifactKey(artifact.id), JSON.stringify({ ...artifact, around }), at)
        return news
      })
    },
    putRun(server, { run, inputs, outputs, hasMore }, at) {
      return context.transaction(() => {
        let news = nameRun(server, run)
        for (const artifact of [...inputs, ...outputs]) news += nameArtifact(server, artifact)
        const around = { inputs: inputs.map(({ id }) => id), outputs: outputs.map(({ id }) => id), hasMore }
        insert().run(server, keyOfRun(run), JSON.stringify({ ...run, isDeleted: false, around }), at)
        return news
      })
    },
    gone(server, what, at) {
      context.transaction(() => {
        if ('artifact' in what) {
          const before = stored(server, artifactKey(what.artifact), artifactSchema)
          if (!before) return
          insert().run(
            server,
            artifactKey(what.artifact),
            JSON.stringify({ ...before.facts, isDeleted: true }),
            at,
          )
          return
        }
        const before = stored(server, keyOfRun(what.run), runSchema)
        if (before)
          insert().run(server, keyOfRun(what.run), JSON.stringify({ ...before.facts, isDeleted: true }), at)
      })
    },
    lookedAt: (server) => {
      const row = select.get(server, wholeKey)
      return row?.looked_at === undefined || row.looked_at === null ? null : Number(row.looked_at)
    },
    setLookedAt: (server, at) => context.transaction(() => void insert().run(server, wholeKey, '{}', at)),
  }
}

function read<T>(text: string, schema: z.ZodType<T>): T | null {
  try {
    const found = schema.safeParse(JSON.parse(text))
    return found.success ? found.data : null
  } catch {
    return null
  }
}
