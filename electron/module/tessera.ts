import { AppError } from '../../shared/base/app-error.ts'
import type { CallOptions, IdMap, Library, OpenOptions, Superpixels } from './api.ts'

/**
 * `import { openLibrary } from 'tessera'`: a library for programs, without a window and without a command line. Nothing here
 * has logic of its own. See docs/guide/pipeline/README.md.
 */

export type * from './api.ts'
/** What every call rejects with: `code`, `message`, `remedy`, `retry`. */
export { AppError as TesseraError }

const oldestNode = 24

/**
 * Opens a library. When another program has it, that program does the work, as for a command; when it does not answer
 * within five seconds, this rejects with `LIB_BUSY`. Other codes: `LIB_MISSING`, `LIB_NOT_EMPTY`, `FMT_TOO_NEW`,
 * `DB_UNREADABLE`, `CANCELLED`.
 */
export async function openLibrary(folder: string, options: OpenOptions = {}): Promise<Library> {
  requireNode()
  // Loaded only on a Node that has what it needs.
  const { openForProgram } = await import('./library.ts')
  return openForProgram(folder, options)
}

/**
 * The superpixels of an image file, by the kernel of the labeler; the same image and count give the same ids. An image with
 * fewer leaves than `count` gives all of them. `threads`: one unless given. Rejects with `IN_PATH`, `IN_FORMAT`, `IN_TOO_BIG`.
 */
export async function superpixels(
  image: string,
  options: CallOptions & { readonly count: number; readonly threads?: number },
): Promise<Superpixels> {
  requireNode()
  const { divide } = await import('./divide.ts')
  return divide(image, options)
}

/** The object ids in a PNG as `docs/formats/label.md` has it. Rejects with `IN_PATH`, `IN_FORMAT`, `IN_TOO_BIG`. */
export async function readMask(mask: string | Uint8Array): Promise<IdMap> {
  requireNode()
  const { mapOf } = await import('./label-of.ts')
  return mapOf(mask)
}

/** The same PNG of object ids; the same ids give the same bytes. Rejects with `BAD_REQUEST`. */
export async function maskPng(map: IdMap): Promise<Uint8Array> {
  requireNode()
  const { mapOf } = await import('./label-of.ts')
  const { encodeLabelPng } = await import('../adapters/label-png.ts')
  return encodeLabelPng(await mapOf(map))
}

function requireNode(): void {
  const { node } = process.versions
  if (Number(node.split('.')[0]) >= oldestNode) return
  throw new AppError(
    'BAD_REQUEST',
    `Tessera as a module needs Node ${oldestNode}, and this is Node ${node}.`,
    {
      remedy: `Run your program with Node ${oldestNode} or newer, from https://nodejs.org.`,
    },
  )
}
