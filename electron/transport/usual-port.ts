import { createHash } from 'node:crypto'

/** Below what systems give out by themselves (Linux from 32768, macOS and Windows from 49152), above well-known ones. */
const [first, count] = [20_000, 12_000]

/**
 * The port on which a library is served unless somebody names another. It is the same at every start, so that a page whose
 * host was started again finds it with what the page has not saved yet. A secret it is not: the guard of every request is.
 */
export function usualPort(libraryId: string): number {
  return first + (createHash('sha256').update(libraryId).digest().readUInt32BE(0) % count)
}
