import { userInfo } from 'node:os'
import { z } from 'zod'
import { type HostArgs, type Settings, settingsSchema } from '../../shared/host/host-api.ts'
import { requireSafeSegments, segmentsApi } from '../adapters/segments/address.ts'
import { requireSafeWandb } from '../adapters/wandb/http.ts'
import type { LibraryContext } from './library-context.ts'
import type { Network } from './network.ts'
import { requireWritable } from './read-only.ts'

/** The settings of one library. Keys are no settings: they live in the secret store. */
export type LibrarySettings = {
  get(): Settings
  /** Throws AppError `BAD_REQUEST` for an address that cannot be one or is not encrypted, `LIB_READ_ONLY`. */
  set(change: Omit<HostArgs<'settings.set'>, 'network'>): Settings
}

/** Only what somebody has set is stored, so that a default can still change. */
const storedSchema = z.object({
  author: settingsSchema.shape.author.optional(),
  wandb: settingsSchema.shape.wandb.partial().default({}),
  segments: settingsSchema.shape.segments.partial().default({}),
})

/**
 * What holds: `override` (this process only), then what is stored in the library, then the environment
 * (`WANDB_BASE_URL`, `WANDB_ENTITY`, `WANDB_PROJECT`, `SEGMENTS_BASE_URL`), then defaults.
 */
export function createSettings(
  context: LibraryContext,
  options: {
    readonly environment: Readonly<Record<string, string | undefined>>
    readonly override?: Partial<Settings['wandb']>
    /** What belongs to this computer; as the environment says when left out. */
    readonly network?: Pick<Network, 'get'>
  },
): LibrarySettings {
  const { db } = context
  const { environment, override } = options
  const select = db.prepare("SELECT value FROM settings WHERE key = 'library'")

  function stored(): z.infer<typeof storedSchema> {
    const row = select.get()
    const parsed = storedSchema.safeParse(row ? JSON.parse(String(row.value)) : {})
    if (parsed.success) return parsed.data
    context.log('warn', 'settings', 'stored settings could not be read, using defaults')
    return { wandb: {}, segments: {} }
  }

  function get(): Settings {
    const { author, wandb, segments } = stored()
    return {
      author: author ?? userName(),
      wandb: {
        baseUrl: environment.WANDB_BASE_URL || 'https://api.wandb.ai',
        entity: environment.WANDB_ENTITY ?? '',
        project: environment.WANDB_PROJECT ?? '',
        autoPush: true,
        embedImages: false,
        every: 'off',
        allowHttp: false,
        ...given(wandb),
        ...given(override ?? {}),
      },
      segments: {
        baseUrl: environment.SEGMENTS_BASE_URL || segmentsApi,
        allowHttp: false,
        ...given(segments),
      },
      network: options.network?.get() ?? { proxy: '', noProxy: '', caFile: '' },
    }
  }

  return {
    get,
    set({ author, wandb, segments }) {
      requireWritable(context)
      const { allowHttp } = { ...get().wandb, ...given(wandb ?? {}) }
      if (wandb?.baseUrl) requireSafeWandb(wandb.baseUrl, allowHttp)
      const isOpen = { ...get().segments, ...given(segments ?? {}) }.allowHttp
      if (segments?.baseUrl) requireSafeSegments(segments.baseUrl, isOpen)
      const before = stored()
      const after = storedSchema.parse({
        author: author ?? before.author,
        wandb: { ...before.wandb, ...given(wandb ?? {}) },
        segments: { ...before.segments, ...given(segments ?? {}) },
      })
      context.transaction(() => {
        db.prepare("INSERT OR REPLACE INTO settings (key, value) VALUES ('library', ?)").run(
          JSON.stringify(after),
        )
      })
      context.emit({ type: 'settings.changed' })
      return get()
    },
  }
}

/** The fields that have a value: an explicit `undefined` means "not said". */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const said = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(said) as { [K in keyof T]?: Exclude<T[K], undefined> }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run under a user id that has no name.
    return ''
  }
}
