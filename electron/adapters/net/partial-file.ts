import type { IncomingHttpHeaders } from 'node:http'
import type { Receiver } from './caller.ts'
import { TooLarge } from './exchange.ts'

/**
 * A file while it comes, over several tries. Where a try broke off, the next one asks for the rest, as long as the server
 * calls the file the same: a strong tag, and bytes that are not packed on the way. Whoever takes the bytes hashes all of
 * them, so what is put together wrongly is told from what it should be.
 */
export type PartialFile = {
  /** What the next try asks for besides. */
  headers(): Record<string, string>
  /** The head of an answer came. Throws plain Error for a part that nobody asked for. */
  answered(status: number, headers: IncomingHttpHeaders): void
  /** Throws `TooLarge`. */
  take(part: Uint8Array): void
  /** What came counts for nothing. */
  forget(): void
}

export function createPartialFile(into: Receiver, maxBytes: number): PartialFile {
  let bytes = 0
  let tag: string | null = null
  let from = 0
  const forget = () => {
    bytes = 0
    tag = null
  }
  return {
    headers() {
      from = tag === null ? 0 : bytes
      if (from === 0) return {}
      return { range: `bytes=${from}-`, 'if-range': tag!, 'accept-encoding': 'identity' }
    },
    answered(status, headers) {
      if (status < 200 || status >= 300) return
      const its = tagOf(headers)
      const start = /^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1]
      if (status === 206) {
        if (from > 0 && its === tag && Number(start) === from) return
        forget()
        throw new Error('another part of a file than was asked for')
      }
      bytes = 0
      tag = its
      into.begin()
    },
    take(part) {
      bytes += part.length
      if (bytes > maxBytes) throw new TooLarge(maxBytes)
      into.take(part)
    },
    forget,
  }
}

/** Null where two answers cannot be known to be of the same bytes. */
function tagOf({ etag, 'content-encoding': coding = 'identity' }: IncomingHttpHeaders): string | null {
  return etag?.startsWith('"') && coding === 'identity' ? etag : null
}
