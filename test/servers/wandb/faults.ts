import { readFileSync } from 'node:fs'
import { z } from 'zod'

const actionSchema = z.discriminatedUnion('kind', [
  /** Answers with that status instead of doing anything. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(300).max(599),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.string().optional(),
  }),
  /** HTTP 200 with an error in it, as GraphQL refuses. */
  z.strictObject({ kind: z.literal('refuse'), message: z.string() }),
  /** What a network that wants a sign-in answers. */
  z.strictObject({ kind: z.literal('portal') }),
  /** The server does what was asked, and the answer is lost. */
  z.strictObject({ kind: z.literal('drop-after-effect') }),
  z.strictObject({ kind: z.literal('drop-before-effect') }),
  /** The server does what was asked, and its answer ends in the middle. */
  z.strictObject({ kind: z.literal('truncate') }),
  /** The answer comes that many milliseconds later. */
  z.strictObject({ kind: z.literal('slow'), ms: z.number().min(0) }),
  /** The address was handed out too long ago; for `put` and `get`. */
  z.strictObject({ kind: z.literal('expired') }),
])
export type FaultAction = z.infer<typeof actionSchema>
export type Fault = {
  /** A top-level GraphQL field, `put`, `get`, `file_stream` or `other`. */
  on: string
  action: FaultAction
  /** How many calls to let through first. */
  after?: number
  /** How often it strikes; once when left out. */
  times?: number
}

const fileSchema = z.strictObject({
  faults: z.array(
    z.strictObject({
      on: z.string().min(1),
      /** The first call of that kind to be struck, from 1. */
      call: z.int().min(1).default(1),
      times: z.union([z.int().min(1), z.literal('always')]).default(1),
      action: actionSchema,
    }),
  ),
})

/** Reads a file of faults (README.md beside this). Throws an Error that says what is wrong with it. */
export function readFaults(file: string): Fault[] {
  const found = fileSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!found.success) throw new Error(`${file}: ${z.prettifyError(found.error)}`)
  return found.data.faults.map(({ on, call, times, action }) => ({
    on,
    action,
    after: call - 1,
    times: times === 'always' ? Number.POSITIVE_INFINITY : times,
  }))
}

/** Faults that are still to come. */
export class Faults {
  readonly #faults: Required<Fault>[] = []

  add(fault: Fault): void {
    this.#faults.push({ after: 0, times: 1, ...fault })
  }

  clear(): void {
    this.#faults.length = 0
  }

  /** What befalls this call of `name`, or null. Each fault of that name counts it. */
  strike(name: string): FaultAction | null {
    let action: FaultAction | null = null
    for (const fault of this.#faults) {
      if (fault.on !== name || fault.times <= 0) continue
      if (fault.after > 0) fault.after--
      else if (action === null) {
        fault.times--
        action = fault.action
      }
    }
    return action
  }
}
