import { z } from 'zod'
import { type Fault as Named, readFaultFile } from '../faults.ts'
import { labelStatuses } from './shapes.ts'

const answer = {
  status: z.int().min(200).max(599),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
}
const actionSchema = z.discriminatedUnion('kind', [
  /** Answers with that status instead of doing anything. */
  z.strictObject({ kind: z.literal('status'), ...answer }),
  /** Does what was asked, and then answers with that status. */
  z.strictObject({ kind: z.literal('status-after-effect'), ...answer }),
  /** HTTP 200 with a `detail` that says throttled. */
  z.strictObject({ kind: z.literal('throttled') }),
  /** What a network that wants a sign-in answers. */
  z.strictObject({ kind: z.literal('portal') }),
  /** The connection is cut, before or after what was asked is done. */
  z.strictObject({ kind: z.literal('drop-before-effect') }),
  z.strictObject({ kind: z.literal('drop-after-effect') }),
  /** What was asked is done, and the answer ends in the middle. */
  z.strictObject({ kind: z.literal('truncate') }),
  /** What was asked is done that many milliseconds later. */
  z.strictObject({ kind: z.literal('slow'), ms: z.number().min(0) }),
  /** The address was handed out too long ago; for `upload` and `download`. */
  z.strictObject({ kind: z.literal('expired') }),
  /** From this request on the key is no longer taken. */
  z.strictObject({ kind: z.literal('revoke') }),
  /** For `create_release`: the release comes to nothing, or never ends. */
  z.strictObject({ kind: z.literal('release'), outcome: z.enum(['FAILED', 'STUCK']) }),
  /** Somebody else saves the label: before what was asked is done, for `get_label` right after. */
  z.strictObject({ kind: z.literal('edit-label'), label_status: z.enum(labelStatuses).optional() }),
])
export type FaultAction = z.infer<typeof actionSchema>
/** `on`: an operation (README.md), `api` for any one that needs the key, or `any`. */
export type Fault = Named<FaultAction>

/** Throws an Error that says what is wrong with the file. */
export function readFaults(file: string, operations: ReadonlySet<string>): Fault[] {
  const faults = readFaultFile(file, actionSchema)
  const strange = faults.find(({ on }) => !operations.has(on))
  if (strange) throw new Error(`${file}: there is no operation "${strange.on}"`)
  return faults
}

export const throttledText = (seconds: number) =>
  `Request was throttled. Expected available in ${seconds} second${seconds === 1 ? '' : 's'}.`

/** What this server, or the one before it, says with such a status when nobody told it what. */
export function bodyOf(status: number, headers: Record<string, string> = {}): { type: string; body: string } {
  const json = (detail: string) => ({ type: 'application/json', body: JSON.stringify({ detail }) })
  if (status === 401) return json('Authentication credentials were not provided.')
  if (status === 403) return json('You do not have permission to perform this action.')
  if (status === 404) return json('Not found.')
  if (status === 429) return json(throttledText(Number(headers['retry-after'] ?? 1)))
  const titles: Record<number, string> = {
    413: 'Request Entity Too Large',
    500: 'Internal Server Error',
    502: 'Bad Gateway',
    503: 'Service Temporarily Unavailable',
    504: 'Gateway Time-out',
  }
  const title = `${status} ${titles[status] ?? 'Error'}`
  const page = `<html>\r\n<head><title>${title}</title></head>\r\n<body><center><h1>${title}</h1></center></body>\r\n</html>`
  return { type: 'text/html', body: page }
}
