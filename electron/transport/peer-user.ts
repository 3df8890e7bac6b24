import { readFileSync } from 'node:fs'

/** Ports of a connection over the loopback address, seen from our end. */
type Ports = { readonly localPort: number; readonly remotePort: number }

/**
 * The user whose program is at the other end of a connection within this machine, from the kernel's tables of sockets
 * (https://docs.kernel.org/networking/proc_net_tcp.html). Null where the tables do not tell.
 */
export function peerUser(tables: readonly string[], { localPort, remotePort }: Ports): number | null {
  const port = (number: number) => `:${number.toString(16).toUpperCase().padStart(4, '0')}`
  for (const table of tables) {
    for (const line of table.split('\n')) {
      // sl, local address, remote address, state, queues, timer, retransmits, uid …
      const [, theirs, ours, , , , , uid] = line.trim().split(/\s+/)
      if (theirs?.endsWith(port(remotePort)) && ours?.endsWith(port(localPort))) return Number(uid)
    }
  }
  return null
}

/**
 * Whether a connection may be served: not when it comes from another user of this machine. Cookies go to every port of
 * a host, so a server of somebody else that the person visits learns the session; it must be of no use to them. Root
 * can read the library anyway, and forwards connections for others. Where users cannot be told apart (another system
 * than Linux, or we are root ourselves), token and session alone decide.
 */
export function createPeerCheck(
  self: number | undefined = process.getuid?.(),
  readTables: () => string[] = () => ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(readOrNothing),
): (ports: Ports) => boolean {
  if (self === undefined || self === 0) return () => true
  return (ports) => {
    const user = peerUser(readTables(), ports)
    return user === null || user === self || user === 0
  }
}

function readOrNothing(path: string): string[] {
  try {
    return [readFileSync(path, 'utf8')]
  } catch {
    return []
  }
}
