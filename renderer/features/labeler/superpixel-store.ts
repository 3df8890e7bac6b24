import { superpixelsPath } from '../../../shared/host/data-plane.ts'
import type { HostConnection } from '../../../shared/host/host-api.ts'
import type { SuperpixelStore } from '../../canvas/superpixel-job.ts'

/** Superpixels that the host keeps in its cache folder. */
export function superpixelStore(host: Pick<HostConnection, 'fetchData'>): SuperpixelStore {
  return {
    async read(key) {
      const file = await host.fetchData(superpixelsPath(key))
      return file.size > 0 ? file : null
    },
    async write(key, file) {
      await host.fetchData(superpixelsPath(key), { method: 'PUT', body: file })
    },
  }
}
