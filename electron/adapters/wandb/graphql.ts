import { z } from 'zod'
import { RemoteError } from '../../../shared/sync/remote-error.ts'
import { cleanText } from '../net/failures.ts'
import { graphqlError } from './failures.ts'
import type { Call, WandbHttp } from './http.ts'
import type { Operation } from './operation.ts'

const answerSchema = z.object({
  data: z.unknown().optional(),
  errors: z.array(z.object({ message: z.string() })).nullish(),
})

/** GraphQL over `WandbHttp`. Errors inside HTTP 200 are final and keep the server's words. */
export class WandbGraphql {
  readonly http: WandbHttp

  constructor(http: WandbHttp) {
    this.http = http
  }

  /** Asks and reads the answer. Variables that are undefined or null are left out: old servers refuse nulls. */
  async ask<V, A>(
    { text, answer: schema }: Operation<V, A>,
    variables: V,
    call: Pick<Call, 'signal' | 'repeatable'>,
  ): Promise<A> {
    const body = JSON.stringify({ query: text, variables: withoutNulls(variables) })
    const headers = { 'content-type': 'application/json' }
    const raw = await this.http.api('/graphql', { ...call, method: 'POST', headers, body })
    const answer = answerSchema.safeParse(raw)
    if (answer.success && answer.data.errors && answer.data.errors.length > 0) {
      const words = cleanText(answer.data.errors.map((error) => error.message).join('; '))
      throw graphqlError(words)
    }
    const data = answer.success ? schema.safeParse(answer.data.data) : null
    if (data?.success) return data.data
    throw new RemoteError('REMOTE_REFUSED', 'W&B answered in a form that Tessera does not know.', {
      remedy: 'Check that the address is that of a W&B server; a newer Tessera may know it.',
      cause: data?.error ?? answer.error,
      ambiguous: true,
    })
  }
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([, item]) => item !== undefined && item !== null)
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]))
}
