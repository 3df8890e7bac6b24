import type { HostHandlers } from '../../shared/host/host-api.ts'
import type { Sync } from './sync.ts'

type Named =
  | 'sync.cancel'
  | 'sync.hint'
  | 'sync.log'
  | 'sync.park'
  | 'sync.pause'
  | 'sync.push'
  | 'sync.resume'
  | 'sync.retry'
  | 'sync.status'

/** What the door offers of sending versions. */
export function createSyncHandlers(sync: Sync): Pick<HostHandlers, Named> {
  return {
    'sync.status': () => sync.status(),
    // A push outlives the window that asked for it; only `sync.cancel` stops it.
    'sync.push': () => sync.push(),
    'sync.cancel': () => sync.cancel(),
    'sync.pause': () => sync.pause(),
    'sync.resume': () => sync.resume(),
    'sync.retry': ({ version, role }) => sync.retry(version, role),
    'sync.park': ({ version, role }) => sync.park(version, role),
    async 'sync.hint'() {
      await sync.hint()
      return {}
    },
    'sync.log': async ({ limit }) => ({ lines: sync.log(limit) }),
  }
}
