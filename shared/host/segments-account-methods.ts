import { z } from 'zod'
import { errorInfoSchema, method, none } from './method.ts'
import { keyStateSchema, networkSchema, routeSchema } from './server-schemas.ts'

/** What the door says of the account at Segments.ai: its server, its key, and whether both work. */

export const segmentsSettingsSchema = z.object({
  /** Address of the API. */
  baseUrl: z.string().max(2000),
  /** The person agrees that key and data go unencrypted to a server that is not this computer. */
  allowHttp: z.boolean(),
})

const accountSchema = z.object({
  ...segmentsSettingsSchema.shape,
  /** Where people look at what the API serves. */
  webUrl: z.string(),
  key: keyStateSchema,
  route: routeSchema,
  /** Why the address cannot be used; null when it can. */
  problem: errorInfoSchema.nullable(),
})

export const segmentsAccountMethods = {
  /** Asks no server. */
  'segments.account': method(none, accountSchema),
  /**
   * For the server of the settings; another server never gets it. The key goes in here and never comes out. `keep`: until the
   * app closes, in the system's keyring, or in a 0600 file.
   */
  'secrets.setSegmentsKey': method(
    z.strictObject({ key: z.string().trim().min(1).max(4000), keep: z.enum(['session', 'keyring', 'file']) }),
    keyStateSchema,
  ),
  'secrets.clearSegmentsKey': method(none, keyStateSchema),
  /** Asks the server who the key belongs to. `draft` is used for this one call and stored nowhere; without a key, the stored one. */
  'segments.check': method(
    z.strictObject({
      draft: z
        .strictObject({
          baseUrl: segmentsSettingsSchema.shape.baseUrl,
          allowHttp: z.boolean().optional(),
          network: networkSchema.optional(),
          key: z.string().trim().min(1).max(4000).optional(),
        })
        .optional(),
    }),
    z.object({ username: z.string(), organizations: z.array(z.string()) }),
  ),
} as const
