import { createHash, randomBytes } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** Bytes of a socket's path that every system accepts: macOS has 104 with the end mark, Linux 108. */
const maxPath = 103

/**
 * Where the owner of the library in `folder` listens: a socket in a folder that only this person can enter, or a named
 * pipe on Windows. Makes the folder. The same library has the same place each time, so a socket that a killed owner
 * left behind is replaced and does not pile up; a pipe's name cannot be guessed, because pipes have no folder.
 */
export function localEndpoint(
  folder: string,
  surroundings: { environment: NodeJS.ProcessEnv; platform?: NodeJS.Platform } = { environment: process.env },
): string {
  const { environment, platform = process.platform } = surroundings
  if (platform === 'win32') return `\\\\.\\pipe\\tessera-${randomBytes(16).toString('hex')}`
  const name = `${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.sock`
  const runtime = environment.XDG_RUNTIME_DIR
  const wanted = [
    ...(runtime ? [join(runtime, 'tessera')] : []),
    join(tmpdir(), `tessera-${userInfo().uid}`),
    join('/tmp', `tessera-${userInfo().uid}`),
  ]
  for (const place of wanted) {
    if (join(place, name).length <= maxPath && isPrivate(place)) return join(place, name)
  }
  // Somebody else took the usual names, or they are too long.
  return join(mkdtempSync('/tmp/tessera-'), name)
}

/** Makes `place` and answers whether it is a real folder of this person that nobody else may enter. */
function isPrivate(place: string): boolean {
  try {
    // Not with its parents: those are the system's to make.
    if (!existsSync(place)) mkdirSync(place, 0o700)
    const info = lstatSync(place)
    return info.isDirectory() && info.uid === userInfo().uid && (info.mode & 0o077) === 0
  } catch {
    return false
  }
}
