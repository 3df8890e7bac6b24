import { z } from 'zod'
import { errorInfoSchema } from './method.ts'

/** What the door says of a server: whose key, and how it is reached. */

/** How servers are reached, whatever said so. Addresses come without name and password. */
export const routeSchema = z.object({
  proxy: z.string().nullable(),
  proxyFrom: z.enum(['none', 'setting', 'environment']),
  authorities: z.int(),
  authoritiesFrom: z.enum(['none', 'setting', 'environment', 'both']),
  /** Why the wish cannot be followed. */
  problem: errorInfoSchema.nullable(),
})
export const keyStateSchema = z.object({
  /** Where the key lives: `memory` is gone when the app closes; `file` only when the person asked for it. */
  source: z.enum(['none', 'environment', 'keyring', 'memory', 'file', 'netrc']),
  last4: z.string().nullable(),
})
/** Of this computer, not of the library. */
export const networkSchema = z.object({
  /** `http://host:port`; empty: as the environment says. A name and password in it go to the secret store. */
  proxy: z.string().max(2000),
  /** Hosts that are reached without it, separated by commas. */
  noProxy: z.string().max(4000),
  /** A PEM file with authorities that are trusted beside those of the system; empty for none. */
  caFile: z.string().max(4096),
})
