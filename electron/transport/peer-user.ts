import { readFileSync } from 'node:fs'
import { release } from 'node:os'

export type Address = { readonly address: string; readonly port: number }
/** Both ends of a connection within this machine, seen from our end. IPv4 addresses. */
export type Ends = { readonly local: Address; readonly remote: Address }

/**
 * Whose program is at the other end of a connection within this machine, from the kernel's tables of sockets
 * (https://docs.kernel.org/networking/proc_net_tcp.html). Null where the tables do not tell.
 *
 * Only an established connection that some program holds has an owner. Closed ones stay in the tables for a while
 * as user 0 without an inode, which is not root.
 */
export function peerUser(tables: readonly string[], { local, remote }: Ends): number | null {
  const theirEnd = spellings(remote)
  const ourEnd = spellings(local)
  for (const table of tables) {
    for (const line of table.split('\n')) {
      // sl, local address, remote address, state, queues, timer, retransmits, uid, timeout, inode …
      const [, theirs = '', ours = '', state, , , , uid, , inode] = line.trim().split(/\s+/)
      if (!theirEnd.has(theirs) || !ourEnd.has(ours) || state !== established) continue
      if (uid === '0' && inode === '0') continue
      return Number(uid)
    }
  }
  return null
}

const established = '01'

/** How the tables write an end: IPv4, and as a program with an IPv6 socket that speaks IPv4. */
function spellings({ address, port }: Address): ReadonlySet<string> {
  const bytes = Uint8Array.from(address.replace(/^::ffff:/, '').split('.'), Number)
  if (bytes.length !== 4) return new Set()
  // The tables print the bytes as one number of this machine.
  const word = new Uint32Array(bytes.buffer)[0]!
  const mapped = new Uint32Array(Uint8Array.of(0, 0, 0xff, 0xff).buffer)[0]!
  const hex = (number: number, digits: number) => number.toString(16).toUpperCase().padStart(digits, '0')
  const end = `${hex(word, 8)}:${hex(port, 4)}`
  return new Set([end, `${hex(0, 16)}${hex(mapped, 8)}${end}`])
}

/**
 * Whether a connection may be served: not when it comes from another user of this machine. Cookies go to every port of
 * a host, so a server of somebody else that the person visits learns the session; it must be of no use to them. Root
 * can read the library anyway, and forwards connections for others.
 *
 * Where the kernel tells whose a connection is, one without an owner is refused too: whoever sends a request and
 * closes at once has none. Where users cannot be told apart (another system than Linux, or we are root ourselves),
 * token and session alone decide.
 */
export function createPeerCheck(
  self: number | undefined = process.getuid?.(),
  readTables: () => string[] = () => ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(readOrNothing),
  // The programs of a Windows around this Linux are in no table.
  listsEverybody: boolean = !/microsoft/i.test(release()),
): (ends: Ends) => boolean {
  if (self === undefined || self === 0) return () => true
  return (ends) => {
    // A table that changes while it is read may leave a row out.
    for (let tries = 0; tries < 2; tries++) {
      const tables = readTables()
      if (tables.length === 0) return true
      const user = peerUser(tables, ends)
      if (user !== null) return user === self || user === 0
    }
    return !listsEverybody
  }
}

function readOrNothing(path: string): string[] {
  try {
    return [readFileSync(path, 'utf8')]
  } catch {
    return []
  }
}
