import { createHash } from 'node:crypto'
import { AppError } from '../../shared/base/app-error.ts'
import type { SourceImage } from '../../shared/formats/exchange/format.ts'
import { isPhotographName } from '../../shared/formats/exchange/photograph-name.ts'
import { importPath } from '../../shared/host/data-plane.ts'
import { type HostConnection, importOutcomeSchema, type Sample } from '../../shared/host/host-api.ts'
import { readHeader } from '../../shared/image/header.ts'
import { displayedSize } from '../../shared/image/orientation.ts'
import { toSampleName } from '../../shared/image/sample-name.ts'
import type { LabelProblem } from './label-import.ts'
import type { LabelSource } from './label-source.ts'

export type Photographs = {
  /** As they are called in the library, or would be. */
  readonly images: readonly SourceImage[]
  readonly refused: readonly LabelProblem[]
}

/**
 * Brings the photographs among the files of labels, one after another by the usual way of images; those whose bytes are
 * here already are passed over. With `dryRun`, only looks how large they are.
 */
export async function bringPhotographs(
  connection: HostConnection,
  files: Pick<LabelSource, 'paths' | 'bytes'>,
  { samples, dryRun }: { readonly samples: ReadonlyMap<string, Sample>; readonly dryRun: boolean },
  signal: AbortSignal,
): Promise<Photographs> {
  const here = new Set([...samples.values()].map(({ imageDigest }) => imageDigest))
  const images: SourceImage[] = []
  const refused: LabelProblem[] = []
  const refuse = (file: string, reason: string) => refused.push({ file, image: null, reason })
  for (const path of files.paths.filter(isPhotographName)) {
    signal.throwIfAborted()
    try {
      const bytes = await files.bytes(path)
      const digest = createHash('sha256').update(bytes).digest('hex')
      if (here.has(digest)) continue
      here.add(digest)
      if (dryRun) {
        const header = readHeader(bytes)
        // TIFF and AVIF say how large they are only when they are decoded.
        if (!header)
          refuse(path, 'How large it is cannot be told before it comes in; its label is read then.')
        else {
          const { width, height, orientation } = header
          images.push({ name: toSampleName(path), ...displayedSize(width, height, orientation) })
        }
        continue
      }
      const answer = await connection.fetchData(importPath(path), {
        method: 'POST',
        body: new Blob([bytes]),
        signal,
      })
      const outcome = importOutcomeSchema.parse(JSON.parse(await answer.text()))
      if (outcome.kind === 'added') images.push(outcome.sample)
      else if (outcome.kind === 'rejected') refuse(path, `${outcome.error.message} ${outcome.error.remedy}`)
    } catch (error) {
      if (!(error instanceof AppError) || signal.aborted) throw error
      refuse(path, `${error.message} ${error.remedy}`)
    }
  }
  return { images, refused }
}
