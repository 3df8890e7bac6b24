import { setTimeout as sleep } from 'node:timers/promises'
import { canonicalJson } from '../../../shared/base/canonical-json.ts'
import type { JsonObject } from '../../../shared/base/json.ts'
import { RemoteError } from '../../../shared/sync/remote-error.ts'
import type { Ask, SegmentsHttp } from './http.ts'
import { isLost } from './once.ts'

/** Something at the server that is to be written over. */
export type Rewrite<T> = {
  readonly path: string
  readonly method: 'PUT' | 'PATCH'
  readonly isPacked: boolean
  read(value: unknown): T & {}
  /** What is there. Asked by `ask`, nothing comes in between. */
  look(ask: Ask): Promise<T>
  /** The body to write over what is there; null: it stays as it is. */
  change(now: T): JsonObject | null
  /** Whether what is there is what `body` made of what was there `before`. */
  isWritten(now: T, body: JsonObject, before: T): boolean
}
type Lost<T> = {
  readonly body: JsonObject
  readonly before: T
  readonly error: unknown
  readonly isLast: boolean
}
type Step<T> =
  | { readonly kind: 'done'; readonly it: T | null }
  | { readonly kind: 'failed'; readonly body: JsonObject; readonly before: T; readonly error: unknown }
  | { readonly kind: 'again' }

const longestWaitMs = 10_000

/**
 * Writes over something for which the server has neither a history nor a condition. Right before each try, the first as the
 * later ones, it is looked at and `change` is asked anew: between look and write there is their way and nothing else, no
 * queue and no pause. What a lost answer has written is not written again. Answers what was written; null when it stays.
 */
export async function rewrite<T>(
  http: SegmentsHttp,
  { path, method, isPacked, read, look, change, isWritten }: Rewrite<T>,
  signal: AbortSignal,
): Promise<T | null> {
  let lost: Lost<T> | null = null
  for (let tries = 1; ; ) {
    const before = lost
    const step = await http.together(signal, async (ask): Promise<Step<T>> => {
      const now = await look(ask).catch((error: unknown) => {
        throw before?.error ?? error
      })
      if (before && isWritten(now, before.body, before.before)) return { kind: 'done', it: now }
      if (before?.isLast) throw before.error
      const body = change(now)
      if (body === null) return { kind: 'done', it: null }
      // Somebody was told to wait since: what is there after the pause may be something else.
      if (http.isQuiet) return { kind: 'again' }
      try {
        const call = { method, body, isPacked, repeatable: false, signal } as const
        return { kind: 'done', it: await ask(path, call, read) }
      } catch (error) {
        return { kind: 'failed', body, before: now, error }
      }
    })
    if (step.kind === 'done') return step.it
    if (step.kind === 'again') continue
    const { error } = step
    const isLast = !http.mayRepeat(error, tries)
    if (signal.aborted || (isLast && !isLost(error))) throw error
    lost = isLost(error) ? { ...step, isLast } : null
    const asked = error instanceof RemoteError ? error.retryAfterMs : 0
    if (isLast && asked > longestWaitMs) throw error
    const wait = http.minWaitMs * 2 ** (tries - 1) * (1 + Math.random())
    await sleep(Math.max(asked, Math.min(longestWaitMs, wait)), undefined, { signal }).catch(() => {
      throw error
    })
    tries++
  }
}

/** Whether an object says everything that a change of it says. */
export const saysAll = ({ raw }: { readonly raw: JsonObject }, change: JsonObject): boolean =>
  Object.entries(change).every(([key, value]) => canonicalJson(raw[key] ?? null) === canonicalJson(value))
