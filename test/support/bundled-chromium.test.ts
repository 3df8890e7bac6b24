import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { brotliCompressSync } from 'node:zlib'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { unpackChromium } from './bundled-chromium.ts'
import { tarFiles } from './tar.ts'

let folder: string
let cache: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chromium-'))
  cache = join(folder, 'cache')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function tar(entries: Record<string, string>, type = '0'): Buffer {
  const blocks = Object.entries(entries).flatMap(([path, content]) => {
    const header = Buffer.alloc(512)
    header.write(path, 0)
    header.write('0000755\0', 100)
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
    header.write(type, 156)
    header.write('ustar\0', 257)
    return [header, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

async function madePackage(swiftshader: Buffer = brotliCompressSync(tar({ 'libEGL.so': 'shader' }))) {
  const bin = join(folder, 'package', 'bin')
  await mkdir(bin, { recursive: true })
  await writeFile(join(bin, 'chromium.br'), brotliCompressSync('#!/bin/sh\necho browser\n'))
  await writeFile(join(bin, 'swiftshader.tar.br'), swiftshader)
  await writeFile(join(bin, 'al2023.tar.br'), brotliCompressSync(tar({ 'lib/libnss3.so': 'nss' })))
  await writeFile(join(bin, 'fonts.tar.br'), brotliCompressSync(tar({ 'fonts/Open_Sans/a.ttf': 'font' })))
  return { folder: join(folder, 'package'), version: '1.2.3' }
}

it('puts the browser, its libraries and its font into a folder of the version, for its owner alone', async () => {
  const { executable, environment } = await unpackChromium(await madePackage(), cache)
  expect(executable).toBe(join(cache, 'chromium-1.2.3', 'chromium'))
  expect((await stat(join(cache, 'chromium-1.2.3'))).mode & 0o777).toBe(0o700)
  expect((await stat(executable)).mode & 0o777).toBe(0o700)
  expect(await readFile(join(cache, 'chromium-1.2.3', 'lib/libnss3.so'), 'utf8')).toBe('nss')
  expect(environment.LD_LIBRARY_PATH).toContain(join(cache, 'chromium-1.2.3', 'lib'))
  const fonts = await readFile(environment.FONTCONFIG_FILE!, 'utf8')
  expect(fonts).toContain(`<dir>${join(cache, 'chromium-1.2.3', 'fonts')}</dir>`)
  expect(fonts).toContain('<dir>/usr/share/fonts</dir>')
})

it('leaves no folder behind when the package is damaged', async () => {
  const whole = brotliCompressSync(tar({ 'libEGL.so': 'shader' }))
  await expect(unpackChromium(await madePackage(whole.subarray(0, 20)), cache)).rejects.toThrow()
  expect(await readdir(cache)).toEqual([])
})

it('ends with one whole folder when several threads unpack at once', async () => {
  const made = await madePackage()
  const code = `
    import { parentPort, workerData } from 'node:worker_threads'
    const { unpackChromium } = await import(workerData.module)
    parentPort.postMessage((await unpackChromium(workerData.made, workerData.cache)).executable)`
  const workerData = { module: new URL('./bundled-chromium.ts', import.meta.url).href, made, cache }
  const results = await Promise.all(
    Array.from({ length: 4 }, () => {
      const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), { workerData })
      return new Promise((done, fail) => worker.once('message', done).once('error', fail))
    }),
  )
  expect(new Set(results)).toEqual(new Set([join(cache, 'chromium-1.2.3', 'chromium')]))
  expect(await readdir(cache)).toEqual(['chromium-1.2.3'])
})

it('removes what a killed unpacking left an hour ago, and nothing newer', async () => {
  const [old, fresh] = [join(cache, '.chromium-1.2.2-7-a'), join(cache, '.chromium-1.2.2-8-b')]
  await mkdir(old, { recursive: true })
  await mkdir(fresh)
  await utimes(old, new Date(0), new Date(0))
  await unpackChromium(await madePackage(), cache)
  expect([existsSync(old), existsSync(fresh)]).toEqual([false, true])
})

it('refuses archives with links, paths that leave the folder, and cut files', () => {
  expect(() => tarFiles(tar({ '../evil': 'x' }))).toThrow('unsafe path')
  expect(() => tarFiles(tar({ '/evil': 'x' }))).toThrow('unsafe path')
  expect(() => tarFiles(tar({ link: '' }, '2'))).toThrow('has the type 2')
  expect(() => tarFiles(tar({ file: 'x'.repeat(600) }).subarray(0, 1024))).toThrow('cut off')
})
