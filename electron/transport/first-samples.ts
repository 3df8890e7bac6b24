import { connectDirect } from './direct-connection.ts'
import type { ServedHost } from './dispatch.ts'

/** Puts the sample images into a library that holds none yet, and says which of them could not be read. */
export async function addSamples(
  host: ServedHost,
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const connection = connectDirect(host)
  const { total } = await connection.call('samples.list', { limit: 1 }, signal)
  if (total > 0) return
  say('Adding the sample images …')
  const { outcomes } = await connection.call('samples.addExamples', {}, signal)
  for (const outcome of outcomes) {
    if (outcome.kind === 'rejected') say(`${outcome.file}: ${outcome.error.message} ${outcome.error.remedy}`)
  }
}
