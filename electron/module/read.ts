import type { RevisionId } from '../../shared/dataset/digest.ts'
import { labelPixelsPath } from '../../shared/host/data-plane.ts'
import type { HostConnection, Sample } from '../../shared/host/host-api.ts'
import { decodeIds } from '../../shared/label/id-runs.ts'
import type { Link } from '../commands/command.ts'
import { readFilter } from '../commands/picked-samples.ts'
import { sampleNamed } from '../commands/sample-named.ts'
import type { SampleLabel } from './api.ts'

const windowSize = 500

export async function samplesOf(
  connection: HostConnection,
  filterText: string,
  signal: AbortSignal,
): Promise<Sample[]> {
  const filter = await readFilter(connection, filterText, signal)
  const { query, total } = await connection.call('samples.query', { filter }, signal)
  const found: Sample[] = []
  for (let from = 0; from < total; from += windowSize) {
    const { samples } = await connection.call('samples.window', { query, from, limit: windowSize }, signal)
    for (const sample of samples) if (sample) found.push(sample)
  }
  return found
}

export async function readLabel(link: Link, name: string, signal: AbortSignal): Promise<SampleLabel | null> {
  const { connection } = link
  const sample = await sampleNamed(link, name, signal)
  const state = await connection.call('label.open', { sampleId: sample.id, peek: true }, signal)
  const { revision, width, height, status } = state
  if (revision === null) return null
  const names = new Map(
    (await connection.call('categories.list', {}, signal)).map(({ id, name }) => [id, name]),
  )
  const pixels = await connection.fetchData(labelPixelsPath(revision as RevisionId), { signal })
  return {
    sample,
    revision,
    width,
    height,
    status,
    objects: state.objects.map(({ id, categoryId, attributes, locked }) => ({
      id,
      category: names.get(categoryId) ?? '',
      attributes,
      ...(locked && { locked }),
    })),
    ids: decodeIds(new Uint8Array(await pixels.arrayBuffer()), width * height),
  }
}
