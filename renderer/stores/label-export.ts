import { AppError } from '../../shared/base/app-error.ts'
import type { RevisionId } from '../../shared/dataset/digest.ts'
import { labelFileText } from '../../shared/formats/label-file.ts'
import { storedZip, type ZipEntry } from '../../shared/formats/stored-zip.ts'
import { labelPngPath } from '../../shared/host/data-plane.ts'
import type { HostConnection } from '../../shared/host/host-api.ts'

/** Labels that are packed at once: all of them are in memory until the file is written. */
export const mostExported = 2000
/** A window of the browser has to hold them besides a photograph. */
const mostExportedBytes = 512 * 1024 * 1024

export type LabelExport = {
  readonly file: Blob
  readonly labels: number
  /** Images that have no label. */
  readonly without: number
}

/**
 * The saved labels of some images as a zip archive, laid out as `labeled_data` is without its images. `isStopped` ends it
 * between two labels, with null. Rejects with AppError.
 */
export async function exportLabels(
  host: HostConnection,
  ids: readonly string[],
  progress: (done: number) => void,
  isStopped: () => boolean,
): Promise<LabelExport | null> {
  const utf8 = new TextEncoder()
  const entries: ZipEntry[] = []
  let labels = 0
  let bytes = 0
  for (const [done, id] of ids.entries()) {
    if (isStopped()) return null
    progress(done)
    const [{ name }, state] = await Promise.all([
      host.call('samples.get', { id }),
      host.call('label.open', { sampleId: id, peek: true }),
    ])
    if (state.revision === null) continue
    const png = await host.fetchData(labelPngPath(state.revision as RevisionId))
    const mask = new Uint8Array(await png.arrayBuffer())
    entries.push({ path: `labels/${name}.png`, bytes: mask })
    entries.push({ path: `labels/${name}.json`, bytes: utf8.encode(labelFileText(state)) })
    bytes += mask.length
    labels++
    if (bytes > mostExportedBytes) throw tooMany()
  }
  const ontology = await host.call('ontology.text', {})
  entries.push({ path: 'ontology.json', bytes: utf8.encode(ontology.text) })
  return {
    file: new Blob(storedZip(entries), { type: 'application/zip' }),
    labels,
    without: ids.length - labels,
  }
}

export const tooMany = () =>
  new AppError('IN_TOO_BIG', 'These are more labels than one file of the window can hold.', {
    remedy: `Select at most ${mostExported} images, or use "tessera label get" for each.`,
  })
