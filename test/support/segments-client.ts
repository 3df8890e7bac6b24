import { encode } from 'fast-png'
import type { SegmentsDouble } from '../servers/segments/server.ts'

/** What a Segments.ai server answered. `body` is its JSON, or its text where it is none. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into it as into any JSON
export type Answered = { status: number; body: any; headers: Headers }

/** A client without any sense of its own, for tests of the double and for filling one. Any key is sent. */
export function plainClient(double: Pick<SegmentsDouble, 'url'>, key = 'key') {
  async function ask(
    method: string,
    path: string,
    body?: unknown,
    more: Record<string, string> = {},
  ): Promise<Answered> {
    const json = { 'content-type': 'application/json' }
    const headers = { authorization: `APIKey ${key}`, ...(body === undefined ? {} : json), ...more }
    const sent = body === undefined || body instanceof Uint8Array || typeof body === 'string'
    const response = await fetch(double.url + path, {
      method,
      headers,
      body: sent ? ((body as BodyInit | undefined) ?? null) : JSON.stringify(body),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers }
  }

  type Presigned = { url: string; presignedPostFields: { url: string; fields: Record<string, string> } }
  async function presign(filename: string): Promise<Presigned> {
    return (await ask('POST', '/assets/', { filename })).body
  }

  function sendForm(url: string, fields: readonly (readonly [string, string | Blob])[], headers = {}) {
    const form = new FormData()
    for (const [name, value] of fields)
      if (typeof value === 'string') form.append(name, value)
      else form.append(name, value, 'file')
    return fetch(url, { method: 'POST', body: form, headers })
  }

  async function upload(filename: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    const { url, presignedPostFields: post } = await presign(filename)
    const fields = [...Object.entries(post.fields), ['file', new Blob([bytes])] as const]
    const { status } = await sendForm(post.url, fields)
    if (status !== 204) throw new Error(`the upload was answered with ${status}`)
    return url
  }

  return { ask, presign, sendForm, upload }
}

/** A mask as the platform wants it, of so many ids row by row. */
export function maskPng(width: number, height: number, ids: (x: number, y: number) => number) {
  const data = new Uint8Array(width * height * 4)
  const pixels = new Uint32Array(data.buffer)
  for (let i = 0; i < pixels.length; i++)
    pixels[i] = (ids(i % width, Math.floor(i / width)) | 0xff000000) >>> 0
  return new Uint8Array(encode({ width, height, data, channels: 4, depth: 8 }))
}
