import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type SyncLine, syncLineSchema } from '../../shared/host/host-api.ts'
import { escapeControls, redact } from '../adapters/redact.ts'
import { liveSecrets } from '../adapters/secrets/secret.ts'

/** What there is to say, beside when and how often. */
export type SyncNews = Omit<SyncLine, 'seq' | 'at' | 'times'>
/** The log of sync that a person reads. */
export type SyncLog = {
  say(news: SyncNews): void
  /** The newest last, at most 200. */
  recent(): SyncLine[]
  /** As `recent`, but as far back as the disk has it. */
  read(limit: number): SyncLine[]
  /** Writes what is still held back. */
  close(): void
}

const kept = 200
const longestText = 2000

/**
 * A log in lines of JSON, in `path` and one older file beside it, each of `maxBytes` at most; in memory alone without a
 * path. Every text is redacted here, so no caller can forget it. The same news again is counted, not repeated. Never
 * throws: a log that cannot be written is not written.
 */
export function createSyncLog(options: {
  readonly path: string | null
  /** False: the file is somebody else's to write. */
  readonly writes?: boolean
  readonly now: () => number
  readonly maxBytes?: number
  readonly home?: string
}): SyncLog {
  const { path, writes = true, now, maxBytes = 512 * 1024, home } = options
  const older = path === null ? '' : `${path}.1`
  let lines: SyncLine[] = fromDisk(kept)
  /** Whether the last line on disk says less often than it happened. */
  let isBehind = false

  function fromDisk(limit: number): SyncLine[] {
    if (path === null) return []
    const found: SyncLine[] = []
    for (const file of [older, path]) {
      for (const line of readLines(file)) {
        // A line that is there again says how often in the end.
        if (found.at(-1)?.seq === line.seq) found.pop()
        found.push(line)
      }
    }
    return found.slice(-limit)
  }

  function write(line: SyncLine): void {
    if (path === null || !writes) return
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) >= maxBytes) renameSync(path, older)
      appendFileSync(path, `${liveSecrets.redact(JSON.stringify(line))}\n`, { mode: 0o600 })
    } catch {
      // The disk is full or not there; sync goes on.
    }
  }
  function settle(): void {
    const last = lines.at(-1)
    if (isBehind && last) write(last)
    isBehind = false
  }

  return {
    say({ text, ...facts }) {
      const plain = escapeControls(redact(text, home)).slice(0, longestText)
      const last = lines.at(-1)
      if (last?.text === plain && last.kind === facts.kind) {
        lines = [...lines.slice(0, -1), { ...last, ...facts, at: now(), times: last.times + 1 }]
        isBehind = true
        return
      }
      settle()
      const line: SyncLine = { ...facts, seq: (last?.seq ?? 0) + 1, at: now(), text: plain, times: 1 }
      lines = [...lines, line].slice(-kept)
      write(line)
    },
    recent: () => lines,
    read(limit) {
      settle()
      return path === null ? lines.slice(-limit) : fromDisk(limit)
    },
    close: settle,
  }
}

/** Lines that are none, as the end of power leaves them, are passed over. */
function readLines(file: string): SyncLine[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return []
  }
  return text.split('\n').flatMap((line) => {
    try {
      return [syncLineSchema.parse(JSON.parse(line))]
    } catch {
      return []
    }
  })
}
