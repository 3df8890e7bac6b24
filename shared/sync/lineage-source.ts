import type { LineageLink } from '../lineage/graph.ts'

/** Where a run or an artifact is on its server. */
export type RunPlace = { readonly entity: string; readonly project: string; readonly name: string }

/** What a server says of an artifact wherever it names it. */
export type ArtifactFacts = {
  readonly id: string
  readonly entity: string
  readonly project: string
  readonly collection: string
  readonly type: string
  readonly index: number | null
  readonly digest: string
  readonly files: number
  readonly bytes: number
  readonly aliases: readonly string[]
  readonly tags: readonly string[]
  /** Milliseconds since 1970; null when the server does not say. */
  readonly createdAt: number | null
  /** W&B's own numbers: seconds, -1 for the team's default, -2 for ever. */
  readonly ttlSeconds: number | null
  readonly ttlIsInherited: boolean
  readonly isDeleted: boolean
  readonly url: string
}
/** What a server says of a run wherever it names it. */
export type RunFacts = RunPlace & {
  readonly title: string
  readonly jobType: string | null
  readonly state: string | null
  readonly createdAt: number | null
  readonly url: string
}

/** An artifact with what it comes from and leads to. */
export type ArtifactLook = {
  readonly artifact: ArtifactFacts
  /** Null when a person made it. */
  readonly madeBy: RunFacts | null
  readonly usedBy: readonly RunFacts[]
  readonly links: readonly LineageLink[]
  /** The server has more than was read. */
  readonly hasMore: boolean
}
/** A run with what it read and wrote. */
export type RunLook = {
  readonly run: RunFacts & {
    readonly user: string | null
    /** Numbers of its summary. */
    readonly metrics: readonly (readonly [name: string, value: number])[]
  }
  readonly inputs: readonly ArtifactFacts[]
  readonly outputs: readonly ArtifactFacts[]
  readonly hasMore: boolean
}

/**
 * A server as somebody who asks where things come from. Reads pages until `mostEach` of a kind are there. Rejects with
 * `RemoteError`, and with `CANCELLED` when `signal` is aborted; null for what is not there.
 */
export interface LineageSource {
  artifact(id: string, mostEach: number, signal: AbortSignal): Promise<ArtifactLook | null>
  run(place: RunPlace, mostEach: number, signal: AbortSignal): Promise<RunLook | null>
}
