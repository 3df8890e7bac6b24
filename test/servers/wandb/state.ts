import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** One artifact version as the double keeps it. `files` holds what was announced for upload, by logical path. */
export type StoredArtifact = {
  id: string
  entity: string
  project: string
  collection: string
  type: string
  digest: string
  state: 'PENDING' | 'COMMITTED'
  clientID: string | null
  runName: string | null
  description: string | null
  metadata: string | null
  versionIndex: number | null
  createdAt: string
  requestedAliases: string[]
  aliases: string[]
  size: number
  fileCount: number
  /** The manifest: its id, and the MD5 declared by the second call (empty until then). */
  manifest: { id: string; md5: string; uploaded: boolean } | null
  files: Record<string, { md5: string; birth: string }>
  usedBy: string[]
}
export type StoredRun = {
  id: string
  entity: string
  project: string
  name: string
  displayName: string | null
  jobType: string | null
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
export type DoubleState = {
  next: number
  runs: StoredRun[]
  artifacts: StoredArtifact[]
  /** `birth artifact id:hex md5` of every file whose bytes arrived. */
  uploaded: string[]
}

export const hexOf = (base64: string) => Buffer.from(base64, 'base64').toString('hex')
export const md5Base64 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('base64')

/** Keeps the state in `folder/state.json`, replaced by rename, and bytes in `folder/blobs/<hex md5>`. */
export class DoubleStore {
  readonly state: DoubleState
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(join(folder, 'blobs'), { recursive: true })
    const file = join(folder, 'state.json')
    this.state = existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as DoubleState)
      : { next: 1, runs: [], artifacts: [], uploaded: [] }
  }

  save(): void {
    const file = join(this.#folder, 'state.json')
    writeFileSync(`${file}.tmp`, JSON.stringify(this.state))
    renameSync(`${file}.tmp`, file)
  }

  id(type: string): string {
    return Buffer.from(`${type}:${this.state.next++}`).toString('base64')
  }

  putBlob(bytes: Uint8Array): string {
    const md5 = md5Base64(bytes)
    const file = join(this.#folder, 'blobs', hexOf(md5))
    writeFileSync(`${file}.tmp`, bytes)
    renameSync(`${file}.tmp`, file)
    return md5
  }

  blob(md5: string): Buffer | null {
    const file = join(this.#folder, 'blobs', hexOf(md5))
    return existsSync(file) ? readFileSync(file) : null
  }

  dropBlob(md5: string): void {
    rmSync(join(this.#folder, 'blobs', hexOf(md5)), { force: true })
  }

  artifact(id: string): StoredArtifact | undefined {
    return this.state.artifacts.find((artifact) => artifact.id === id)
  }

  run(entity: string, project: string, name: string): StoredRun | undefined {
    return this.state.runs.find((r) => r.entity === entity && r.project === project && r.name === name)
  }

  /** Committed versions of a collection, in the order of their index. */
  versions(entity: string, project: string, collection: string): StoredArtifact[] {
    return this.state.artifacts
      .filter(
        (a) =>
          a.state === 'COMMITTED' &&
          a.entity === entity &&
          a.project === project &&
          a.collection === collection,
      )
      .sort((a, b) => a.versionIndex! - b.versionIndex!)
  }
}
