import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { brotliDecompress, createBrotliDecompress } from 'node:zlib'
import { tarFiles } from './tar.ts'

/** The npm package `@sparticuz/chromium`: a headless Chromium for Linux x64 in brotli files. */
export type ChromiumPackage = { readonly folder: string; readonly version: string }
export type UnpackedChromium = { readonly executable: string; readonly environment: Record<string, string> }

const decompress = promisify(brotliDecompress)
/** What lies beside the browser: its shader compiler at its side, libraries a bare system lacks, a font. */
const archives = ['swiftshader.tar.br', 'al2023.tar.br', 'fonts.tar.br']
const STALE_MS = 3_600_000

/**
 * Unpacks the browser into `cache/chromium-<version>/` unless it is there, and says how to start it.
 *
 * The package's own `executablePath()` unpacks to a fixed, guessable path in the shared temp folder, where
 * another user could have put something first; and its flags switch web security off. Neither is used.
 * The folder appears whole by a rename, so processes that unpack at once end with one of their equal copies.
 */
export async function unpackChromium(from: ChromiumPackage, cache: string): Promise<UnpackedChromium> {
  const folder = join(cache, `chromium-${from.version}`)
  if (!existsSync(folder)) {
    await mkdir(cache, { recursive: true })
    await removeStale(cache)
    const unfinished = join(cache, `.chromium-${from.version}-${randomUUID()}`)
    try {
      await unpack(from, unfinished)
      await rename(unfinished, folder)
    } catch (error) {
      // The other process was first: its folder is as good.
      if (!existsSync(join(folder, 'chromium'))) throw error
    } finally {
      await rm(unfinished, { recursive: true, force: true })
    }
  }
  return {
    executable: join(folder, 'chromium'),
    environment: {
      LD_LIBRARY_PATH: [join(folder, 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
      FONTCONFIG_FILE: await writeFontConfig(folder),
    },
  }
}

async function unpack(from: ChromiumPackage, folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 })
  const bin = join(from.folder, 'bin')
  const executable = join(folder, 'chromium')
  const browser = pipeline(
    createReadStream(join(bin, 'chromium.br')),
    createBrotliDecompress({ chunkSize: 2 ** 20 }),
    createWriteStream(executable, { mode: 0o700 }),
  )
  const rest = archives.map(async (file) => {
    for (const { path, mode, bytes } of tarFiles(await decompress(await readFile(join(bin, file))))) {
      const target = join(folder, path)
      await mkdir(dirname(target), { recursive: true, mode: 0o700 })
      await writeFile(target, bytes)
      await chmod(target, mode & 0o700)
    }
  })
  // All are waited for before a failure is passed on: the folder is removed next.
  const failed = (await Promise.allSettled([browser, ...rest])).find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

/** Leftovers of a process that was killed while it unpacked: 200 MB each. */
async function removeStale(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (!name.startsWith('.chromium-')) continue
    const path = join(cache, name)
    const found = await stat(path).catch(() => null)
    if (found && Date.now() - found.mtimeMs > STALE_MS) await rm(path, { recursive: true, force: true })
  }
}

/**
 * A system without fonts gives every text the height 0, and a page waits for ever to become visible.
 * Written at each start, since it names the folder by its path and the folder may have been moved.
 */
async function writeFontConfig(folder: string): Promise<string> {
  const file = join(folder, 'fonts.conf')
  const text = [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
    '<fontconfig>',
    ...[join(folder, 'fonts'), '/usr/share/fonts'].map((path) => `  <dir>${xml(path)}</dir>`),
    `  <cachedir>${xml(join(folder, 'font-cache'))}</cachedir>`,
    // Where no family is there that was asked for, one in every weight: else bold text is whatever the system has.
    '  <match target="pattern">',
    '    <edit name="family" mode="append_last" binding="strong"><string>Open Sans</string></edit>',
    '  </match>',
    '</fontconfig>',
    '',
  ].join('\n')
  if ((await readFile(file, 'utf8').catch(() => '')) === text) return file
  // Threads of one process write it too.
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, text)
  await rename(draft, file)
  return file
}

const xml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
