import { createHash, type Hash, randomUUID } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Args } from './schema.ts'

/** One artifact version as the double keeps it. `files` holds what was announced for upload, by logical path. */
export type StoredArtifact = {
  id: string
  entity: string
  project: string
  collection: string
  type: string
  digest: string
  state: 'PENDING' | 'COMMITTED' | 'DELETED'
  clientID: string | null
  runName: string | null
  description: string | null
  metadata: string | null
  versionIndex: number | null
  createdAt: string
  requestedAliases: string[]
  aliases: string[]
  tags: string[]
  ttlDurationSeconds: number
  historyStep: number | null
  size: number
  fileCount: number
  /** The manifest: its id, and the MD5 declared by the second call (empty until then). */
  manifest: { id: string; md5: string; uploaded: boolean } | null
  files: Record<string, { md5: string; birth: string }>
  usedBy: { entity: string; project: string; name: string }[]
}
export type StoredRun = {
  id: string
  entity: string
  project: string
  name: string
  displayName: string | null
  jobType: string | null
  group: string | null
  config: string | null
  tags: string[]
  notes: string | null
  state: 'running' | 'finished' | 'failed'
  createdAt: string
  history: string[]
  summary: string | null
  inputs: string[]
  outputs: string[]
}
/** An artifact in a collection that it was not born in. */
export type StoredLink = {
  artifact: string
  entity: string
  project: string
  portfolio: string
  versionIndex: number
  aliases: string[]
  createdAt: string
}
export type StoredProject = { entity: string; name: string; createdAt: string; description: string | null }
export type DoubleState = {
  next: number
  projects: StoredProject[]
  runs: StoredRun[]
  artifacts: StoredArtifact[]
  links: StoredLink[]
}
type Manifest = { version: number; storagePolicy: string; contents: Record<string, Args> }

export const hexOf = (base64: string) => Buffer.from(base64, 'base64').toString('hex')
export const base64Of = (hex: string) => Buffer.from(hex, 'hex').toString('base64')
export const md5Base64 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('base64')
const flushMs = 200

/**
 * Keeps bytes in `folder/blobs/<hex md5>`, and the state in `folder/state.json`, which is replaced by rename some time
 * after a change and at `close`.
 */
export class DoubleStore {
  readonly state: DoubleState
  /** `birth artifact id:hex md5` of every file whose bytes arrived. */
  readonly uploaded: Set<string>
  readonly #folder: string
  readonly #manifests = new Map<string, Manifest>()
  #timer: NodeJS.Timeout | null = null

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(join(folder, 'blobs'), { recursive: true })
    const file = join(folder, 'state.json')
    const { uploaded, ...state }: DoubleState & { uploaded: string[] } = existsSync(file)
      ? JSON.parse(readFileSync(file, 'utf8'))
      : { next: 1, projects: [], runs: [], artifacts: [], links: [], uploaded: [] }
    // Without a prototype a file may have any name.
    for (const artifact of state.artifacts)
      artifact.files = Object.assign(Object.create(null), artifact.files)
    this.state = { ...state, links: state.links ?? [] }
    this.uploaded = new Set(uploaded)
  }

  save(): void {
    this.#timer ??= setTimeout(() => this.close(), flushMs)
  }

  close(): void {
    if (this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
    // A test may have swept up already.
    if (!existsSync(this.#folder)) return
    const file = join(this.#folder, 'state.json')
    writeFileSync(`${file}.tmp`, JSON.stringify({ ...this.state, uploaded: [...this.uploaded] }))
    renameSync(`${file}.tmp`, file)
  }

  id(type: string): string {
    return Buffer.from(`${type}:${this.state.next++}`).toString('base64')
  }

  /** A place for bytes that are still arriving. */
  draft(): BlobDraft {
    return new BlobDraft(join(this.#folder, 'blobs'))
  }

  #pathOf(md5: string): string {
    return join(this.#folder, 'blobs', hexOf(md5))
  }

  /** Size in bytes, or null when there is no such blob. */
  sizeOf(md5: string): number | null {
    return statSync(this.#pathOf(md5), { throwIfNoEntry: false })?.size ?? null
  }

  blob(md5: string): Buffer | null {
    const file = this.#pathOf(md5)
    return existsSync(file) ? readFileSync(file) : null
  }

  /** Bytes `start` to `end`, both included. */
  read(md5: string, start: number, end: number) {
    return createReadStream(this.#pathOf(md5), { start, end })
  }

  dropBlob(md5: string): void {
    rmSync(this.#pathOf(md5), { force: true })
  }

  artifact(id: string): StoredArtifact | undefined {
    return this.state.artifacts.find((artifact) => artifact.id === id)
  }

  run(entity: string, project: string, name: string): StoredRun | undefined {
    return this.state.runs.find((r) => r.entity === entity && r.project === project && r.name === name)
  }

  project(entity: string, name: string): StoredProject | undefined {
    return this.state.projects.find((p) => p.entity === entity && p.name === name)
  }

  /** Committed versions of a collection, in the order of their index. */
  versions(entity: string, project: string, collection: string): StoredArtifact[] {
    return this.committed(entity, project).filter((a) => a.collection === collection)
  }

  /** Committed versions of a project, in the order of their index. */
  committed(entity: string, project: string): StoredArtifact[] {
    return this.state.artifacts
      .filter((a) => a.state === 'COMMITTED' && a.entity === entity && a.project === project)
      .sort((a, b) => a.versionIndex! - b.versionIndex!)
  }

  /** The entries of an artifact's manifest; none while it is not uploaded. */
  manifest(artifact: StoredArtifact): Record<string, Args> {
    return artifact.manifest?.uploaded ? (this.readManifest(artifact.manifest.md5)?.contents ?? {}) : {}
  }

  readManifest(md5: string): Manifest | null {
    const before = this.#manifests.get(md5)
    if (before) return before
    const bytes = this.blob(md5)
    if (bytes === null || md5Base64(bytes) !== md5) return null
    const document = JSON.parse(bytes.toString()) as Manifest
    if (this.#manifests.size >= 4) this.#manifests.clear()
    this.#manifests.set(md5, document)
    return document
  }
}

/** Bytes on their way into the store: nobody sees them before `keep`. */
export class BlobDraft {
  readonly #folder: string
  readonly #file: string
  readonly #fd: number
  readonly #hash: Hash = createHash('md5')
  size = 0

  constructor(folder: string) {
    this.#folder = folder
    this.#file = join(folder, `${randomUUID()}.tmp`)
    this.#fd = openSync(this.#file, 'w')
  }

  write(bytes: Uint8Array): void {
    this.size += bytes.length
    this.#hash.update(bytes)
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at)
  }

  /** The base64 of the MD5 of all of it. To be called once, before `keep` or `drop`. */
  end(): string {
    closeSync(this.#fd)
    return this.#hash.digest('base64')
  }

  keep(md5: string): void {
    renameSync(this.#file, join(this.#folder, hexOf(md5)))
  }

  drop(): void {
    rmSync(this.#file, { force: true })
  }
}
