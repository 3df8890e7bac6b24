import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isLoopback } from '../net/proxy.ts'

const mostBytes = 1024 * 1024

/** The file that W&B's own client would read: `$NETRC`, else `~/.netrc`, else `~/_netrc`; null without a home. */
export function netrcPath(environment: Readonly<Record<string, string | undefined>>): string | null {
  const { NETRC: given, HOME, USERPROFILE } = environment
  const home = HOME || USERPROFILE
  if (given) return home ? given.replace(/^~(?=[/\\]|$)/, () => home) : given
  if (!home) return null
  const dotted = join(home, '.netrc')
  return existsSync(dotted) ? dotted : join(home, '_netrc')
}

/**
 * The password that the file has for a server; null without one, and when the file is no netrc. Never written to. The file
 * says nothing of encryption, so without it the password is for this computer only: what agrees to go without may be the
 * settings of a library from somebody else.
 */
export function netrcPassword(path: string, baseUrl: string): string | null {
  const url = URL.parse(baseUrl)
  if (!url?.host || (url.protocol !== 'https:' && !isLoopback(url.hostname))) return null
  try {
    if (statSync(path).size > mostBytes) return null
    return parse(readFileSync(path, 'utf8')).get(url.host.toLowerCase()) ?? null
  } catch {
    // No file, or one that only somebody else may read: there is no key in it.
    return null
  }
}

/** Passwords by machine. `default` is left out: a key for any server is for none. The first of two entries counts. */
function parse(text: string): Map<string, string> {
  const words = [...text.matchAll(/#[^\n]*|"((?:[^"\\]|\\.)*)"|macdef[^\n]*\n(?:[^\n]+(?:\n|$))*|[^\s"]+/g)]
    .filter(([whole]) => !whole.startsWith('macdef') && !whole.startsWith('#'))
    .map(([whole, quoted]) => quoted?.replace(/\\(.)/g, '$1') ?? whole)
  const found = new Map<string, string>()
  let machine: string | null = null
  for (let at = 0; at < words.length; at++) {
    const word = words[at]
    if (word === 'machine') machine = words[++at]?.toLowerCase() ?? null
    else if (word === 'default') machine = null
    else if (word === 'login' || word === 'account') at++
    else if (word === 'password') {
      const password = words[++at]
      if (machine !== null && password !== undefined && !found.has(machine)) found.set(machine, password)
    }
  }
  return found
}
