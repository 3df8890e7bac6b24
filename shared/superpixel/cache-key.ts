import { softeningsOf } from './blur.ts'
import type { BuildOptions } from './progress.ts'

/** The options of a build that a person chooses and that change its outcome. */
export type SuperpixelOptions = Pick<BuildOptions, 'smoothing'> & {
  /** 0 follows every edge, 1 is as round as can be; 0.5 unless told. */
  readonly compactness?: number | undefined
}

/** What `superpixelKey` gives, as a part of a pattern. A file of that name is safe on every file system. */
export const superpixelKeyForm = '[0-9a-f]{64}-[a-z0-9.-]{1,60}'

/**
 * Names what a build of the image with this SHA-256 gives, as the canvas shows it (converted where a browser cannot
 * decode the file): the same key, the same superpixels. Options that are left out are the same as their defaults.
 */
export function superpixelKey(digest: string, engine: string, options: SuperpixelOptions): string {
  const version = engine.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  return `${digest}-${version}-s${softeningsOf(options)}-c${options.compactness ?? 0.5}`
}
