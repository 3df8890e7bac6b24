import type { IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { Refusal } from './refusal.ts'

const mostBytes = 512 * 1024 * 1024

/** All that is sent; rejects when the connection ends before that. */
export async function readAll(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

/** The JSON of a request, or undefined where it sends nothing. Refuses what a strict server would. */
export function readJson({ headers, method }: IncomingMessage, body: Buffer): unknown {
  if (method === 'GET' || method === 'HEAD') return undefined
  const isSent = headers['content-length'] !== undefined
  if (!isSent && headers['transfer-encoding'] !== undefined)
    throw new Refusal(411, { detail: 'Content-Length is required.' })
  if (body.length === 0 && method === 'DELETE') return undefined
  if (!isSent) throw new Refusal(411, { detail: 'Content-Length is required.' })
  const [type] = (headers['content-type'] ?? '').split(';')
  if (type!.trim().toLowerCase() !== 'application/json')
    throw new Refusal(415, { detail: `Unsupported media type "${type}" in request.` })
  return parse(inflate(headers['content-encoding'], body))
}

function inflate(encoding: string | undefined, body: Buffer): Buffer {
  if (encoding === undefined || encoding === 'identity') return body
  if (encoding !== 'gzip') throw new Refusal(415, { detail: `Unsupported content encoding "${encoding}".` })
  try {
    return gunzipSync(body, { maxOutputLength: mostBytes })
  } catch {
    throw new Refusal(400, { detail: 'JSON parse error - the body is no gzip.' })
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new Refusal(400, { detail: 'JSON parse error - Expecting value: line 1 column 1 (char 0)' })
  }
}
