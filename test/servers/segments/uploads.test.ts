import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { plainClient } from '../../support/segments-client.ts'
import { type SegmentsDouble, startSegmentsDouble } from './server.ts'

let folder: string
let server: SegmentsDouble
let client: ReturnType<typeof plainClient>
let now: number
beforeEach(async () => {
  now = Date.UTC(2026, 0, 1)
  folder = mkdtempSync(join(tmpdir(), 'double-'))
  server = await startSegmentsDouble({ dir: folder, now: () => now })
  client = plainClient(server)
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const bytes = new Uint8Array([1, 13, 10, 45, 45, 13, 10, 2])
const file = ['file', new Blob([bytes])] as const
type Fields = [string, string][]
const codeOf = async (response: Response) => [
  response.status,
  /<Code>(.*)<\/Code>/.exec(await response.text())?.[1] ?? '',
]

it('stores the file of a form as it was handed out, and answers nothing', async () => {
  const { url, presignedPostFields: post } = await client.presign('violet.jpg')
  expect(Object.keys(post.fields)).toEqual([
    'acl',
    'Content-Type',
    'key',
    'x-amz-algorithm',
    'x-amz-credential',
    'x-amz-date',
    'policy',
    'x-amz-signature',
  ])
  const sent = await client.sendForm(post.url, [...Object.entries(post.fields), file, ['later', 'ignored']])
  expect([sent.status, await sent.text()]).toEqual([204, ''])
  const got = await fetch(url)
  expect([got.headers.get('content-type'), new Uint8Array(await got.arrayBuffer())]).toEqual([
    'image/jpeg',
    bytes,
  ])
  const part = await fetch(url, { headers: { range: 'bytes=1-2' } })
  expect([part.status, new Uint8Array(await part.arrayBuffer())]).toEqual([206, bytes.subarray(1, 3)])
  expect((await fetch(url, { method: 'HEAD' })).headers.get('content-length')).toBe('8')
})

const without = (fields: Fields, name: string) => fields.filter(([one]) => one !== name)
const changed = (fields: Fields, name: string): Fields =>
  fields.map(([one, value]) => [one, one === name ? `${value}x` : value])
it.each<[string, (fields: Fields) => (readonly [string, string | Blob])[], number, string]>([
  ['without a policy', (fields) => [...without(fields, 'policy'), file], 400, 'InvalidArgument'],
  ['without a signature', (fields) => [...without(fields, 'x-amz-signature'), file], 400, 'InvalidArgument'],
  ['with another key', (fields) => [...changed(fields, 'key'), file], 403, 'AccessDenied'],
  ['with another policy', (fields) => [...changed(fields, 'policy'), file], 403, 'SignatureDoesNotMatch'],
  ['without the access rule', (fields) => [...without(fields, 'acl'), file], 403, 'AccessDenied'],
  ['with a field besides', (fields) => [...fields, ['x-amz-meta-a', 'b'], file], 403, 'AccessDenied'],
  ['in another order', (fields) => [...fields.reverse(), file], 400, 'InvalidArgument'],
  ['with the file first', (fields) => [file, ...fields], 400, 'InvalidArgument'],
  ['without a file', (fields) => fields, 400, 'InvalidArgument'],
  ['with text for a file', (fields) => [...fields, ['file', 'text']], 400, 'InvalidArgument'],
])('refuses a form %s', async (_, formOf, status, code) => {
  const { url, presignedPostFields: post } = await client.presign('a.png')
  const response = await client.sendForm(post.url, formOf(Object.entries(post.fields)))
  expect(await codeOf(response)).toEqual([status, code])
  expect((await fetch(url)).status).toBe(404)
})

it('refuses a form or a download with the key in it, one of unknown length, and one that is cut', async () => {
  const { url, presignedPostFields: post } = await client.presign('a.png')
  const fields = [...Object.entries(post.fields), file]
  const authorization = 'APIKey secret'
  const withKey = await client.sendForm(post.url, fields, { authorization })
  expect(await codeOf(withKey)).toEqual([400, 'InvalidArgument'])
  expect(await codeOf(await fetch(url, { headers: { authorization } }))).toEqual([400, 'InvalidArgument'])
  const form = Buffer.from(
    `--b\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n\r\nx\r\n--b--\r\n`,
  )
  const raw = (headers: Record<string, string | number>, body: Buffer) =>
    new Promise<number>((done, fail) => {
      const type = { 'content-type': 'multipart/form-data; boundary=b' }
      const sent = request(post.url, { method: 'POST', headers: { ...type, ...headers } }, (response) => {
        response.resume()
        done(response.statusCode!)
      })
      sent.on('error', fail).end(body)
    })
  expect(await raw({ 'transfer-encoding': 'chunked' }, form)).toBe(411)
  for (const length of [0, 1, 40, form.length - 3])
    expect(await raw({ 'content-length': length }, form.subarray(0, length))).toBe(400)
})

it('takes a form for an hour and opens a signed address for a day, unless they are taken back', async () => {
  const { presignedPostFields: post } = await client.presign('a.png')
  const fields = [...Object.entries(post.fields), file]
  const asset = server.admin.putFile('a.png', bytes, { isPrivate: true })
  await client.ask('POST', '/user/datasets/', { name: 'd' })
  server.admin.addSample('me/d', { name: 'a.png', url: asset })
  const { uuid } = server.admin.sample('me/d', 'a.png')!
  const signed = async (): Promise<string> =>
    (await client.ask('GET', `/samples/${uuid}/?include_signed_urls=1`)).body.attributes.image.signed_url
  const first = await signed()
  expect([(await fetch(asset)).status, (await fetch(first)).status]).toEqual([403, 200])
  expect((await fetch(first.replace(/(Signature=)..../, '$1zzzz'))).status).toBe(403)
  now += 60 * 60 * 1000
  expect(await codeOf(await client.sendForm(post.url, fields))).toEqual([403, 'AccessDenied'])
  expect((await fetch(first)).status).toBe(200)
  now += 23 * 60 * 60 * 1000
  expect((await fetch(first)).status).toBe(403)
  const second = await signed()
  expect((await fetch(second)).status).toBe(200)
  server.expireAddresses()
  expect([(await fetch(second)).status, (await fetch(await signed())).status]).toEqual([403, 200])
})
