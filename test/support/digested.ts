import type { Versions } from '../../electron/host/versions.ts'
import type { Version } from '../../shared/host/host-api.ts'

/** The same version once the digests of its artifacts are known. */
export async function digested<T extends Version | null>(
  versions: Pick<Versions, 'digested' | 'list'>,
  version: T,
): Promise<T> {
  if (!version) return version
  await versions.digested()
  return (await versions.list()).find(({ id }) => id === version.id) as T
}

/** Versions that wait for their digests before they say that one was made. */
export function withDigests(versions: Versions): Versions {
  return {
    ...versions,
    commit: async (...args) => digested(versions, await versions.commit(...args)),
  }
}
