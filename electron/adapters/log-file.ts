import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Log, LogLevel } from '../host/library-context.ts'
import { escapeControls, redact } from './redact.ts'
import { liveSecrets } from './secrets/secret.ts'

export type LogFile = Log & { close(): void }

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']
const fileName = (age: number) => (age === 0 ? 'tessera.log' : `tessera.${age}.log`)
/** A message longer than this is cut: what is said at length is somebody's body, not news. */
const maxMessage = 4096

/**
 * A log as lines of JSON `{t, level, area, msg, ids}` in `tessera.log`, the older ones in `tessera.1.log` … Everything is
 * redacted here, on what is about to be written, so no caller can forget it. Never throws: a log that cannot be written
 * is not written.
 */
export function openLog(
  folder: string,
  options: {
    /** The least that is kept; default `info`. File and label names are only ever told at `debug`. */
    readonly level?: LogLevel
    readonly maxBytes?: number
    readonly files?: number
    readonly home?: string
    readonly now?: () => number
  } = {},
): LogFile {
  const { level = 'info', maxBytes = 5 * 1024 * 1024, files = 5, home, now = Date.now } = options
  const least = levels.indexOf(level)
  const path = join(folder, fileName(0))
  let fd: number | null = null
  let size = 0
  let closed = false

  function open(): number {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const opened = openSync(path, 'a', 0o600)
    size = statSync(path).size
    return opened
  }

  function rotate(): void {
    stop()
    // Another program that logs here may have rotated already; then only this one's handle was old.
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) < maxBytes) return
    for (let age = files - 2; age >= 0; age--) {
      try {
        renameSync(join(folder, fileName(age)), join(folder, fileName(age + 1)))
      } catch {
        // There are not that many yet.
      }
    }
  }

  function stop(): void {
    if (fd !== null) closeSync(fd)
    fd = null
  }

  function write(line: string): void {
    fd ??= open()
    if (size >= maxBytes) {
      rotate()
      fd ??= open()
    }
    // One call: lines of two programs do not mix.
    size += writeSync(fd, line)
  }

  const clean = (text: string) => redact(text, home)

  const log: Log = (lineLevel, area, message, ids = {}) => {
    if (closed || levels.indexOf(lineLevel) < least) return
    try {
      const spelled = Object.entries(ids).map(([key, value]) => [
        clean(key),
        typeof value === 'string' ? clean(value) : value,
      ])
      const msg = clean(message)
      const line = JSON.stringify({
        t: new Date(now()).toISOString(),
        level: lineLevel,
        area: clean(area),
        msg: msg.length > maxMessage ? `${msg.slice(0, maxMessage)}…` : msg,
        ...(spelled.length > 0 && { ids: Object.fromEntries(spelled) }),
      })
      // Live secrets once more, on the very text that goes to disk.
      write(`${liveSecrets.redact(escapeControls(line))}\n`)
    } catch {
      try {
        stop()
      } catch {
        fd = null
      }
    }
  }
  return Object.assign(log, {
    close() {
      if (closed) return
      closed = true
      try {
        stop()
      } catch {
        // Nothing is lost that a log is for.
      }
    },
  })
}
