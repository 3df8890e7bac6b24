import { softeningsOf } from './blur.ts'
import { compactnessOf } from './merge-cost.ts'
import type { BuildOptions } from './progress.ts'

/** The options of a build that a person chooses and that change its outcome. */
export type SuperpixelOptions = Pick<BuildOptions, 'smoothing' | 'compactness'>

/** What `superpixelKey` gives, as a part of a pattern. A file of that name is safe on every file system. */
export const superpixelKeyForm = '[0-9a-f]{64}-[a-z0-9.-]{1,60}'

/**
 * Names what a build of the image with this SHA-256 gives, as the canvas shows it (converted where a browser cannot
 * decode the file): the same key, the same superpixels. Options that are left out are the same as their defaults.
 */
export function superpixelKey(digest: string, engine: string, options: SuperpixelOptions): string {
  const version = engine.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  return `${digest}-${version}-s${softeningsOf(options)}-c${compactnessOf(options)}`
}
