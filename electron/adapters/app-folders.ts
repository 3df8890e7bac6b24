import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { z } from 'zod'

/** Where this program keeps what belongs to no library. `cache` may be deleted at any time; `state` holds the log. */
export type AppFolders = { readonly config: string; readonly cache: string; readonly state: string }

/**
 * The folders for this user: `XDG_CONFIG_HOME`, `XDG_CACHE_HOME` and `XDG_STATE_HOME` where set (relative ones are ignored, as
 * https://specifications.freedesktop.org/basedir-spec/ asks), else what the platform is used to. Makes none of them.
 */
export function appFolders(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): AppFolders {
  const usual = platformFolders(environment, platform, home)
  const chosen = (name: string) => {
    const folder = environment[name]
    return folder && isAbsolute(folder) ? join(folder, 'tessera') : undefined
  }
  return {
    config: chosen('XDG_CONFIG_HOME') ?? usual.config,
    cache: chosen('XDG_CACHE_HOME') ?? usual.cache,
    state: chosen('XDG_STATE_HOME') ?? usual.state,
  }
}

function platformFolders(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  home: string,
): AppFolders {
  switch (platform) {
    case 'darwin':
      return {
        config: join(home, 'Library', 'Application Support', 'Tessera'),
        cache: join(home, 'Library', 'Caches', 'Tessera'),
        state: join(home, 'Library', 'Logs', 'Tessera'),
      }
    case 'win32': {
      const local = environment.LOCALAPPDATA || join(home, 'AppData', 'Local')
      return {
        config: join(environment.APPDATA || join(home, 'AppData', 'Roaming'), 'Tessera'),
        cache: join(local, 'Tessera', 'Cache'),
        state: join(local, 'Tessera', 'State'),
      }
    }
    default:
      return {
        config: join(home, '.config', 'tessera'),
        cache: join(home, '.cache', 'tessera'),
        state: join(home, '.local', 'state', 'tessera'),
      }
  }
}

const deviceSchema = z.object({ deviceId: z.uuid() })

/**
 * The id of this installation, by which two computers of one person are told apart; made at the first call and kept in
 * `device.json`. Never throws: a damaged file is replaced, and where nothing can be kept the id holds for this run only.
 */
export function readDeviceId(config: string): string {
  const path = join(config, 'device.json')
  const kept = readKept(path)
  if (kept !== null) return kept
  const fresh = randomUUID()
  const temporary = join(config, `device.${fresh}`)
  try {
    mkdirSync(config, { recursive: true, mode: 0o700 })
    writeFileSync(temporary, `${JSON.stringify({ deviceId: fresh })}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    })
    publish(temporary, path)
    rmSync(temporary, { force: true })
  } catch {
    // Nothing can be kept there; another program may still have left a good file.
  }
  return readKept(path) ?? fresh
}

/** Of two programs that start together one wins, and both then read its file; only a damaged file is replaced. */
function publish(temporary: string, path: string): void {
  try {
    linkSync(temporary, path)
  } catch {
    if (readKept(path) === null) renameSync(temporary, path)
  }
}

function readKept(path: string): string | null {
  try {
    return deviceSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).deviceId
  } catch {
    return null
  }
}
