/** One version of an artifact as a person finds it on a server. */
export type RemoteItem = {
  readonly id: string
  readonly entity: string
  readonly project: string
  readonly collection: string
  readonly type: string
  readonly index: number
  readonly digest: string
  readonly aliases: readonly string[]
  readonly tags: readonly string[]
  readonly description: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly files: number
  readonly bytes: number
  /** Milliseconds since 1970; 0 when the server does not say. */
  readonly createdAt: number
  readonly createdBy:
    | { readonly kind: 'run'; readonly name: string; readonly title: string; readonly jobType: string | null }
    | { readonly kind: 'user'; readonly name: string }
    | null
}

/** One file of a version, as its manifest says. */
export type RemoteFile = {
  readonly path: string
  /** Base64 of the MD5 of its bytes; of a file of another kind, whatever the manifest says. */
  readonly digest: string
  /** Null when the manifest does not say. */
  readonly size: number | null
  /**
   * Where the bytes are: `own` of this version, in another artifact of the same server, or `outside`, where this program does
   * not go by itself.
   */
  readonly at:
    | { readonly kind: 'own' }
    | { readonly kind: 'artifact'; readonly id: string; readonly path: string }
    | { readonly kind: 'outside'; readonly uri: string }
}

export type Page<T> = { readonly list: readonly T[]; readonly next: string | null }
export type Place = { readonly entity: string; readonly project: string }

/** What takes the bytes of one file; `begin` is called when they come from the start, and what came before it is void. */
export type ByteSink = { begin(): void; take(part: Uint8Array): void }

/**
 * A server as somebody who reads. Rejects with `RemoteError`, with `REMOTE_CORRUPT` for answers that do not hold together,
 * and with `CANCELLED` when `signal` is aborted. Lists of what is not there are empty.
 */
export interface ArtifactSource {
  projects(
    entity: string,
    after: string | null,
    signal: AbortSignal,
  ): Promise<Page<{ name: string; createdAt: number }>>
  types(
    place: Place,
    after: string | null,
    signal: AbortSignal,
  ): Promise<Page<{ name: string; description: string }>>
  collections(
    place: Place & { readonly type: string },
    after: string | null,
    signal: AbortSignal,
  ): Promise<
    Page<{
      name: string
      kind: 'versions' | 'links'
      description: string
      tags: string[]
      createdAt: number
      updatedAt: number | null
    }>
  >
  /** Newest first. */
  items(
    place: Place & { readonly type: string; readonly collection: string },
    after: string | null,
    signal: AbortSignal,
  ): Promise<Page<RemoteItem>>
  byId(id: string, signal: AbortSignal): Promise<RemoteItem | null>
  /** `name` is `collection:alias`. */
  byName(place: Place, name: string, signal: AbortSignal): Promise<RemoteItem | null>
  /** All files of a version. Rejects with `REMOTE_CORRUPT` when they do not have the version's digest. */
  files(item: Pick<RemoteItem, 'id' | 'digest'>, signal: AbortSignal): Promise<RemoteFile[]>
  /** Where the bytes of these files of a version can be had, for a short while. One that is not there is left out. */
  addresses(id: string, paths: readonly string[], signal: AbortSignal): Promise<Map<string, string>>
  /** Rejects with cause `expired` when the address was handed out too long ago. */
  receive(address: string, into: ByteSink, maxBytes: number, signal: AbortSignal): Promise<void>
  urlOf(item: RemoteItem): string
  runUrl(place: Place, run: string): string
}
