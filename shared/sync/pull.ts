import { AppError } from '../base/app-error.ts'
import { imageLimits } from '../image/limits.ts'
import { foldName } from '../image/sample-name.ts'
import type { RemoteFile } from './artifact-source.ts'

/** Most bytes of one file, and files of one version, that are taken from a server. */
export const pullLimits = { fileBytes: imageLimits.fileBytes, files: 1_000_000, pathBytes: 1024 } as const

const utf8 = new TextEncoder()
const md5Text = /^[A-Za-z0-9+/]{22}==$/

/** The files that can be fetched, with what they must be. */
export type PullFile = RemoteFile & { readonly at: Exclude<RemoteFile['at'], { kind: 'outside' }> }

/**
 * Looks at a list of files before anything of it is fetched: no path leads out of a folder or clashes with another one where
 * case is ignored, no size is absurd, and every digest is an MD5. Returns those that can be fetched, and how many lie
 * elsewhere. Throws AppError `IN_PATH`, `IN_TOO_BIG`, `IN_FORMAT`: then nothing of it is to be used.
 */
export function checkFiles(files: readonly RemoteFile[]): { here: PullFile[]; outside: number } {
  if (files.length > pullLimits.files) {
    throw new AppError(
      'IN_TOO_BIG',
      `The version has ${files.length} files; at most ${pullLimits.files} are taken.`,
      {
        remedy: 'Pull a smaller version.',
      },
    )
  }
  const seen = new Map<string, string>()
  const here: PullFile[] = []
  let outside = 0
  for (const file of files) {
    const { path, digest, size, at } = file
    checkPath(path)
    const fold = foldName(path)
    const twin = seen.get(fold)
    if (twin !== undefined) throw refused(path, `is "${shown(twin)}" but for case or accents`)
    seen.set(fold, path)
    if (at.kind === 'outside') {
      outside++
      continue
    }
    if (!md5Text.test(digest)) {
      throw new AppError('IN_FORMAT', `The sum of "${shown(path)}" is no MD5, so it could not be checked.`, {
        remedy,
      })
    }
    if (size !== null && size > pullLimits.fileBytes) {
      throw new AppError(
        'IN_TOO_BIG',
        `"${shown(path)}" says that it has ${size} bytes; at most ${pullLimits.fileBytes} are taken.`,
        { remedy },
      )
    }
    here.push(file as PullFile)
  }
  // A file that is another one's folder cannot be laid down anywhere.
  for (const [fold, path] of seen) {
    for (let cut = fold.lastIndexOf('/'); cut > 0; cut = fold.lastIndexOf('/', cut - 1)) {
      if (seen.has(fold.slice(0, cut))) throw refused(path, 'lies in a folder that is a file')
    }
  }
  return { here, outside }
}

const remedy = 'Nothing was taken from this version. Ask who made it.'

function checkPath(path: string): void {
  if (!path.isWellFormed()) throw refused(path, 'is no valid Unicode')
  if (/\p{Cc}/u.test(path)) throw refused(path, 'contains control characters')
  if (utf8.encode(path).length > pullLimits.pathBytes) throw refused(path, 'is too long')
  const parts = path.replaceAll('\\', '/').split('/')
  if (/^[a-z]:/i.test(path) || parts[0] === '') throw refused(path, 'is absolute')
  if (parts.includes('..')) throw refused(path, 'leads out of its folder')
  if (parts.some((part) => part === '' || part === '.')) throw refused(path, 'has an empty part')
}

function refused(path: string, reason: string): AppError {
  return new AppError('IN_PATH', `The file "${shown(path)}" ${reason}.`, { remedy })
}

const shown = (path: string) =>
  path
    .toWellFormed()
    .replace(/\p{Cc}/gu, '\u{fffd}')
    .slice(0, 120)

/** What a person writes for a version of an artifact. */
export type ArtifactName = {
  readonly entity: string | null
  readonly project: string | null
  readonly collection: string
  readonly alias: string
}

/** Reads `entity/project/collection:alias`; what is left out is null, and the alias `latest`. Throws AppError `BAD_REQUEST`. */
export function parseArtifactName(text: string): ArtifactName {
  const cut = text.indexOf(':')
  const path = (cut < 0 ? text : text.slice(0, cut)).split('/')
  const alias = cut < 0 ? 'latest' : text.slice(cut + 1)
  if (path.length > 3 || path.includes('') || alias === '' || alias.includes('/')) {
    throw new AppError('BAD_REQUEST', `"${text.slice(0, 200)}" is not the name of an artifact.`, {
      remedy: 'Write it like entity/project/collection:v3.',
    })
  }
  const [collection, project = null, entity = null] = path.reverse()
  return { entity, project, collection: collection!, alias }
}

const imageEnding = /\.(jpe?g|png|webp|tiff?|avif|gif)$/i
const maskFolder = /^(masks?|labels?|annotations?|segmentations?|seg|gt|ground_?truth)$/i
const maskEnding = /[-_.](masks?|labels?|seg|gt|ids?)$/i

/** The images of a folder that is not ours, each with the PNG that seems to be its mask. */
export function pairMasks<T extends { readonly path: string }>(
  files: readonly T[],
): { image: T; mask: T | null }[] {
  const images: T[] = []
  const masks = new Map<string, T[]>()
  for (const file of files) {
    if (!imageEnding.test(file.path)) continue
    const parts = file.path.split('/')
    const stem = stemOf(parts.at(-1)!)
    const isMask =
      /\.png$/i.test(file.path) &&
      (parts.slice(0, -1).some((part) => maskFolder.test(part)) || maskEnding.test(stem))
    if (!isMask) images.push(file)
    else {
      // `a.jpg.png` belongs to `a.jpg`.
      const bare = foldName(imageEnding.test(stem) ? stemOf(stem) : stem.replace(maskEnding, ''))
      masks.set(bare, [...(masks.get(bare) ?? []), file])
    }
  }
  const count = new Map<string, number>()
  const stemFold = (file: T) => foldName(stemOf(file.path.split('/').at(-1)!))
  for (const image of images) count.set(stemFold(image), (count.get(stemFold(image)) ?? 0) + 1)
  return images.map((image) => {
    const found = masks.get(stemFold(image)) ?? []
    // Several of a stem: only the one in the same place within its folder.
    const isOnly = found.length === 1 && count.get(stemFold(image)) === 1
    const near = found.filter((mask) => placeOf(mask.path) === placeOf(image.path))
    return { image, mask: isOnly ? found[0]! : near.length === 1 ? near[0]! : null }
  })
}

const stemOf = (file: string) => file.replace(/\.[^.]+$/, '')
/** Where a file lies, without the folder that says what kind it is, and without endings. */
const placeOf = (path: string) => {
  const parts = path.split('/')
  const stem = stemOf(parts.pop()!)
  const kind = /^(images?|imgs?|photos?|jpegimages|raw|data)$/i
  const bare = imageEnding.test(stem) ? stemOf(stem) : stem.replace(maskEnding, '')
  return foldName([...parts.filter((part) => !kind.test(part) && !maskFolder.test(part)), bare].join('/'))
}
