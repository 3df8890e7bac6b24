import { AppError } from '../../shared/base/app-error.ts'
import type { Sample } from '../../shared/host/host-api.ts'
import { foldName } from '../../shared/image/sample-name.ts'
import type { Link } from './command.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const pageSize = 5000

/** The sample with this id, this name, or a name that differs in case only. Rejects with AppError `NOT_FOUND`. */
export async function sampleNamed(
  { connection, host }: Pick<Link, 'connection' | 'host'>,
  text: string,
  signal: AbortSignal,
): Promise<Sample> {
  if (host) return host.services.samples.find(text)
  const fold = foldName(text)
  // The owner of a library is asked what any window may ask, and that is pages.
  for (let after: string | null = null; ; ) {
    const page = await connection.call('samples.list', { after, limit: pageSize }, signal)
    const samples: Sample[] = page.samples
    const found = samples.find(({ id, name }) => id === text.toLowerCase() || foldName(name) === fold)
    if (found) return found
    if (samples.length < pageSize) break
    after = samples.at(-1)!.id
  }
  const what = uuid.test(text) ? 'with the id' : 'named'
  throw new AppError('NOT_FOUND', `There is no sample ${what} "${text.slice(0, 120)}" in this library.`, {
    remedy: 'Check its name or id in the list of samples.',
  })
}
