import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { isLoopback } from './proxy.ts'

const privateNets = new BlockList()
for (const [net, bits] of [
  ['10.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['0.0.0.0', 8],
] as const) {
  privateNets.addSubnet(net, bits)
}
privateNets.addSubnet('::1', 128, 'ipv6')
privateNets.addSubnet('fe80::', 10, 'ipv6')
privateNets.addSubnet('fc00::', 7, 'ipv6')

/** Whether a host as it is written lies in this computer or in a network of its own. Names are not looked up. */
export function isPrivate(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  return isLoopback(host) || isPrivateAddress(host)
}

function isPrivateAddress(address: string): boolean {
  const family = isIP(address)
  // One of the old family that is written in the new one.
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return isPrivateAddress(mapped)
  return family !== 0 && privateNets.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/** A name leads into the network inside, and the server that gave it is outside. */
export class LeadsInside extends Error {}

export type Resolve = (name: string) => Promise<LookupAddress[]>
const resolve: Resolve = (name) =>
  new Promise((done, failed) =>
    systemLookup(name, { all: true }, (error, found) => (error ? failed(error) : done(found))),
  )

/**
 * How names of hosts are looked up that the server at `base` handed out: as ever, but none of them may lead into a network
 * inside unless the server is there itself. The very addresses that were judged are the ones connected to.
 */
export function lookupFor(base: string, look: Resolve = resolve): LookupFunction {
  let isBaseInside: Promise<boolean> | null = null
  const baseInside = () =>
    (isBaseInside ??= isPrivate(base)
      ? Promise.resolve(true)
      : look(base).then(
          (found) => found.some(({ address }) => isPrivateAddress(address)),
          () => false,
        ))
  return (name, options, done) => {
    const judge = async () => {
      const found = await look(name)
      const isInside = found.some(({ address }) => isPrivateAddress(address))
      if (isInside && !(await baseInside())) throw new LeadsInside(name)
      return found
    }
    judge().then(
      (found) => {
        if (options.all) done(null, found)
        else done(null, found[0]?.address ?? '', found[0]?.family)
      },
      (error: NodeJS.ErrnoException) => done(error, ''),
    )
  }
}
