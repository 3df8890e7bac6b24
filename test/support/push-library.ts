import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Breakers } from '../../electron/adapters/net/breaker.ts'
import { createSecretStore } from '../../electron/adapters/secrets/secret-store.ts'
import { migrations } from '../../electron/adapters/sqlite/schema.ts'
import type { LibraryContext } from '../../electron/host/library-context.ts'
import { createNetwork } from '../../electron/host/network.ts'
import { createSync, type VersionNames, type VersionSource } from '../../electron/host/sync.ts'
import type { BlobDigest, EntryDigest } from '../../shared/dataset/digest.ts'
import type { ArtifactRole, HostEvent, Settings, Version } from '../../shared/host/host-api.ts'
import type { OwedEntry } from '../../shared/sync/push.ts'

/** Stands for the versions of a library: the receipts and attempts beside it are the real ones, on disk. */
export type PushLibrary = ReturnType<typeof openPushLibrary>
type Kept = { versions: Version[]; manifests: Record<string, OwedEntry[]> }

const hash = (algorithm: string, bytes: string | Uint8Array, encoding: 'hex' | 'base64') =>
  createHash(algorithm).update(bytes).digest(encoding)

/** Opens (or makes) a folder with blobs, versions and the tables that a push writes. */
export function openPushLibrary(folder: string) {
  mkdirSync(join(folder, 'blobs'), { recursive: true })
  const fresh = !existsSync(join(folder, 'library.db'))
  const db = new DatabaseSync(join(folder, 'library.db'))
  // The versions here are files of this fake, so what points at their rows is not checked.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF')
  if (fresh) for (const step of migrations) db.exec(step)
  const keptFile = join(folder, 'versions.json')
  const kept: Kept = existsSync(keptFile)
    ? (JSON.parse(readFileSync(keptFile, 'utf8')) as Kept)
    : { versions: [], manifests: {} }
  const logs: string[] = []
  const events: HostEvent[] = []
  const clock = { shiftMs: 0 }
  const names: VersionNames[] = []
  const unused = () => Promise.reject(new Error('not part of a push'))
  const context: LibraryContext = {
    folder,
    libraryId: 'b7a9c1de-0000-4000-8000-000000000001',
    deviceId: randomUUID(),
    readOnly: false,
    db,
    transaction(work) {
      db.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        db.exec('COMMIT')
        return result
      } catch (error) {
        db.exec('ROLLBACK')
        throw error
      }
    },
    nextSeq: () => 1,
    blobs: {
      put: unused,
      putAll: unused,
      putFile: unused,
      has: unused,
      get: unused,
      pathOf: (digest) => join(folder, 'blobs', digest),
      read: () => {
        throw new Error('not part of a push')
      },
      stat: () => undefined,
      publish: unused,
      draft: () => {
        throw new Error('not part of a push')
      },
    },
    log: (level, area, message, ids) => void logs.push(JSON.stringify({ level, area, message, ids })),
    now: () => Date.now() + clock.shiftMs,
    emit: (event) => void events.push(event),
  }
  const store = (path: string, content: string | Uint8Array): OwedEntry => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    const blob = hash('sha256', bytes, 'hex') as BlobDigest
    writeFileSync(join(folder, 'blobs', blob), bytes)
    return { path, digest: hash('md5', bytes, 'base64') as EntryDigest, size: bytes.length, blob }
  }
  return {
    context,
    logs,
    events,
    /** Wall time of the library, as far as it differs from this machine's. */
    clock,
    /** What people call versions; a test may change it. */
    names,
    source: {
      names: () => Promise.resolve(names),
      list: () => Promise.resolve(kept.versions),
      digested: async () => {},
      manifest: (id: string, role: ArtifactRole) => Promise.resolve(kept.manifests[`${id}/${role}`] ?? []),
    } satisfies VersionSource,
    /** Records a version: `images` and `labels` are contents by name. */
    commit(
      images: Record<string, string | Uint8Array>,
      labels: Record<string, string> | null,
      message = 'a commit',
    ) {
      const number = kept.versions.length + 1
      const id = hash('sha256', `${number}${message}${randomUUID()}`, 'hex')
      const raw = Object.entries(images).map(([name, text]) => store(`images/${name}`, text))
      raw.push(store('dataset.json', JSON.stringify({ samples: raw.length })))
      const list: [ArtifactRole, OwedEntry[]][] = [['raw_data', raw]]
      if (labels) {
        const entries = Object.entries(labels).flatMap(([name, text]) => [
          store(`images/${name}`, images[name]!),
          store(`labels/${name}.png`, text),
          store(`labels/${name}.json`, `{"objects":[],"of":"${text}"}`),
        ])
        list.push(['labeled_data', [...entries, store('ontology.json', '{"categories":[]}')]])
      }
      const artifacts = list.map(([role, entries]) => {
        kept.manifests[`${id}/${role}`] = entries
        const bytes = entries.reduce((sum, entry) => sum + entry.size, 0)
        return { role, index: number - 1, digest: digestOf(entries), files: entries.length, bytes }
      })
      const counts = { samples: raw.length - 1, labeled: labels ? Object.keys(labels).length : 0, objects: 0 }
      const changes = { added: 0, removed: 0, relabeled: 0, recarded: 0, ontologyChanged: false }
      const parents = kept.versions.slice(-1).map((version) => version.id)
      kept.versions.push({
        id,
        number,
        message,
        author: 'A',
        createdAt: Date.now(),
        parents,
        counts,
        changes,
        artifacts,
      })
      writeFileSync(keptFile, JSON.stringify(kept))
      return id
    },
    sync(
      baseUrl: string,
      key: string,
      more: {
        autoPush?: boolean
        project?: string
        metrics?: boolean
        embedImages?: boolean
        every?: Settings['wandb']['every']
        /** Waits before it is looked whether the server is there again. */
        probes?: { firstMs: number; longestMs: number }
        breakers?: Breakers
        logFile?: string
      } = {},
    ) {
      const settings: Settings = {
        author: 'A',
        wandb: {
          baseUrl,
          entity: 'me',
          project: more.project ?? 'street',
          autoPush: more.autoPush ?? false,
          embedImages: more.embedImages ?? false,
          every: more.every ?? 'off',
          allowHttp: false,
        },
        segments: { baseUrl: 'https://api.segments.ai', allowHttp: false },
        network: { proxy: '', noProxy: '', caFile: '' },
      }
      const environment: Record<string, string> = { WANDB_API_KEY: key }
      const secrets = createSecretStore({ environment, keyring: null, file: join(folder, 'no-such-file') })
      const sync = createSync({
        context,
        versions: this.source,
        settings: { get: () => settings },
        secrets,
        network: createNetwork({ config: join(folder, 'no-such-folder'), environment, secrets }),
        // Faults are many here and waits short: a host that is left alone has tests of its own.
        breakers: more.breakers ?? null,
        ...(more.probes && { probes: more.probes }),
        ...(more.logFile && { logFile: more.logFile }),
        product: 'tessera/test',
        http: { retries: 1, minWaitMs: 5, waits: { wholeMs: 5000 } },
        random: () => 0,
        progressMetrics: more.metrics ?? false,
      })
      return Object.assign(sync, {
        setKey: (next: string) => {
          environment.WANDB_API_KEY = next
        },
      })
    },
    /** Lets every waiting delivery be tried at once, as if its time had come. */
    skipWaits() {
      const rows = db.prepare('SELECT remote, role, version_id, state FROM deliveries').all()
      for (const row of rows) {
        const state = JSON.stringify({ ...JSON.parse(String(row.state)), notBefore: 0 })
        db.prepare('UPDATE deliveries SET state = ? WHERE remote = ? AND role = ? AND version_id = ?').run(
          state,
          row.remote!,
          row.role!,
          row.version_id!,
        )
      }
    },
    close: () => db.close(),
  }
}

function digestOf(entries: readonly OwedEntry[]): string {
  const sorted = [...entries].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
  const lines = sorted.map((entry) => `${entry.path}:${entry.digest}\n`)
  return hash('md5', `wandb-artifact-manifest-v1\n${lines.join('')}`, 'hex')
}
