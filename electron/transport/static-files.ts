import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, sep } from 'node:path'
import { AppError } from '../../shared/base/app-error.ts'

export type StaticFile = { readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> }
/** The built page by request path (`/`, `/assets/…`). A path that is not in it is answered by nobody. */
export type StaticFiles = ReadonlyMap<string, StaticFile>

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
}

/**
 * Reads the built page into memory once. No request path is ever joined to a folder afterwards, so none can leave it.
 * Throws AppError `NOT_FOUND` when the page was not built.
 */
export function readStaticFiles(folder: string): StaticFiles {
  const files = new Map<string, StaticFile>()
  for (const name of namesIn(folder)) {
    const type = types[extname(name)]
    if (type === undefined) continue
    const bytes = new Uint8Array(readFileSync(join(folder, name)))
    files.set(`/${name.split(sep).join('/')}`, { type, bytes })
  }
  const page = files.get('/index.html')
  if (!page) throw notBuilt()
  files.set('/', page)
  return files
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch (error) {
    throw notBuilt(error)
  }
}

function notBuilt(cause?: unknown): AppError {
  return new AppError('NOT_FOUND', 'The page of Tessera was not built.', {
    remedy: 'Start Tessera with "npm start", which builds it, or run "npm run build" first.',
    cause,
  })
}
