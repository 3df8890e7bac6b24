import type { BlobDigest, EntryDigest } from '../dataset/digest.ts'

/** One version of an artifact collection, as the remote tells it. */
export type RemoteVersion = {
  readonly id: string
  readonly state: 'pending' | 'committed'
  readonly digest: string
  /** `v0`, `v1`, …; null while pending. */
  readonly version: string | null
  readonly index: number
  readonly aliases: readonly string[]
  readonly tags: readonly string[]
  /** The version of ours that it says it holds, or null. */
  readonly versionId: string | null
}

/** A file of a version that is to be sent: bytes we hold, or a pointer at an artifact that already has them. */
export type UploadEntry =
  | {
      readonly kind: 'file'
      readonly path: string
      readonly digest: EntryDigest
      readonly size: number
      readonly blob: BlobDigest
    }
  | {
      readonly kind: 'reference'
      readonly path: string
      readonly digest: EntryDigest
      readonly size: number
      readonly ref: string
    }

export type RunRequest = {
  readonly name: string
  readonly displayName: string
  readonly jobType: string
  readonly config: Readonly<Record<string, unknown>>
  readonly startedAt: number
}
export type ArtifactDraft = {
  readonly runName: string
  readonly collection: string
  readonly type: string
  readonly digest: string
  readonly description: string
  readonly metadata: Readonly<Record<string, unknown>>
  /** Names that are to point at the version. */
  readonly aliases: readonly string[]
  readonly clientId: string
  readonly sequenceClientId: string
}
/** What one upload has achieved so far. It is kept durably between steps, so that nothing finished is sent again. */
export type UploadProgress = {
  readonly artifactId: string | null
  readonly manifestId: string | null
  /** True once the list of files may have been declared: none can be announced after that. */
  readonly isSealed: boolean
  /** Birth artifact id by path, of files that the remote has. */
  readonly files: ReadonlyMap<string, string>
}
export type UploadWatch = {
  /**
   * Called after each step with what is new, `files` holding only those finished since the last call. The next call
   * goes out only when it has returned.
   */
  keep(news: Partial<UploadProgress>): void
  /** What has come forward since the last call. Bytes that have to go again count backward. */
  advance(step: string, files: number, bytes: number): void
  /** Waited for before anything is sent: it resolves at once, unless a person paused. Rejects when `signal` is aborted. */
  gate?(signal: AbortSignal): Promise<void>
}

/**
 * A place that keeps immutable versions of artifacts, with runs as their lineage. Rejects with `RemoteError`, with other
 * kinds of `AppError` for what is wrong on this side, and with `CANCELLED` when `signal` is aborted. What every remote
 * promises is `test/contracts/artifact-remote.contract.ts`.
 */
export interface ArtifactRemote {
  whoAmI(signal: AbortSignal): Promise<{ username: string; entity: string | null; teams: string[] }>
  /** The artifact that was created with this client id, committed or not; null when the remote knows none. */
  byClientId(clientId: string, signal: AbortSignal): Promise<RemoteVersion | null>
  byId(id: string, signal: AbortSignal): Promise<RemoteVersion | null>
  /** Committed versions, newest first; empty when there is no such collection. */
  versions(collection: string, type: string, signal: AbortSignal): Promise<RemoteVersion[]>
  /** Creates the run of that name, or brings it up to date. */
  openRun(run: RunRequest, signal: AbortSignal): Promise<void>
  /** Makes a committed artifact an input of the run. */
  declareInput(runName: string, artifactId: string, signal: AbortSignal): Promise<void>
  /** Ends the run with its summary. Repeating it changes nothing. */
  finishRun(
    runName: string,
    summary: Readonly<Record<string, number | string>>,
    signal: AbortSignal,
  ): Promise<void>
  /**
   * Creates the artifact unless `start` names one, sends what is missing, and commits it. Returns its id, which is that
   * of an older version where the remote found one with the same content. Creating is never repeated blindly: on an
   * ambiguous end the caller looks first. A sealed `start` names every file.
   */
  upload(
    draft: ArtifactDraft,
    entries: readonly UploadEntry[],
    start: UploadProgress,
    watch: UploadWatch,
    signal: AbortSignal,
  ): Promise<string>
  /** Reads the committed manifest back. Digests by path. */
  manifestOf(id: string, signal: AbortSignal): Promise<Map<string, { digest: string; size: number }>>
  /** Points aliases of the collection at that version, and at no other. */
  addAliases(id: string, collection: string, aliases: readonly string[], signal: AbortSignal): Promise<void>
  /** Takes these aliases of the collection from that version. */
  removeAliases(
    id: string,
    collection: string,
    aliases: readonly string[],
    signal: AbortSignal,
  ): Promise<void>
  /** Gives that version tags, and takes others away. What is so already is left. */
  changeTags(
    id: string,
    add: readonly string[],
    remove: readonly string[],
    signal: AbortSignal,
  ): Promise<void>
  /** Where a person looks at the version, or at the run. */
  urlOf(collection: string, type: string, version: string): string
  runUrl(runName: string): string
}
