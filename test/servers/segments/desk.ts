import type { Bucket } from './bucket.ts'
import { Refusal } from './refusal.ts'
import type { SegmentsStore } from './state.ts'

export type DoubleOptions = {
  /** The key that is taken, as user `me`; any one when null. */
  apiKey: string | null
  /** Further keys, and whose they are. */
  keys: Record<string, string>
  /** Milliseconds that a release is PENDING. */
  releaseMs: number
  /** Longer pages are cut to this, without a word. */
  maxPerPage: number
  /** So many requests in `windowMs` milliseconds; the rest gets 429, with Retry-After unless told otherwise. */
  rate: { requests: number; windowMs: number; retryAfter: boolean } | null
  /** Opens every mask that a label names, and refuses one that contradicts the label or the image. */
  checksMasks: boolean
}
export type Desk = {
  readonly store: SegmentsStore
  readonly bucket: Bucket
  readonly options: DoubleOptions
}
/** One request of somebody who may enter. `params` are the open parts of its path. */
export type Call = {
  readonly user: string
  readonly params: readonly string[]
  readonly query: URLSearchParams
  readonly body: unknown
}
export type Result = { status: number; body?: unknown }
export type Handler = (call: Call) => Result

export const ok = (body: unknown): Result => ({ status: 200, body })
export const created = (body: unknown): Result => ({ status: 201, body })
export const gone: Result = { status: 204 }

/** Refuses a query that asks for something nobody knows. */
export function allow(query: URLSearchParams, ...names: readonly string[]): void {
  for (const name of query.keys())
    if (!names.includes(name)) throw new Refusal(400, { detail: `Unexpected query parameter "${name}".` })
}

export function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name)
  if (value === null) return false
  if (value !== '1' && value !== 'true')
    throw new Refusal(400, { detail: `"${value}" is not valid for ${name}.` })
  return true
}

/** The page that was asked for. The first one may be empty; behind the last one there is none. */
export function page<T>(all: readonly T[], query: URLSearchParams, most: number): T[] {
  const whole = (name: string, otherwise: number) => {
    const value = query.get(name)
    return value === null ? otherwise : /^[1-9]\d{0,8}$/.test(value) ? Number(value) : null
  }
  const [size, number] = [whole('per_page', most), whole('page', 1)]
  if (size === null) throw new Refusal(400, { per_page: ['A valid integer is required.'] })
  if (number === null) throw new Refusal(404, { detail: 'Invalid page.' })
  const length = Math.min(size, most)
  if (number > 1 && (number - 1) * length >= all.length) throw new Refusal(404, { detail: 'Invalid page.' })
  return all.slice((number - 1) * length, number * length)
}
