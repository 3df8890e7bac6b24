import { z } from 'zod'
import { type Fault as Named, readFaultFile } from '../faults.ts'

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
/** `on`: a top-level GraphQL field, `put`, `get`, `file_stream` or `other`. */
export type Fault = Named<FaultAction>

/** Throws an Error that says what is wrong with the file. */
export const readFaults = (file: string): Fault[] => readFaultFile(file, actionSchema)
