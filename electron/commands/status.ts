import { isUnchanged } from '../../shared/history/changes.ts'
import type { OutboxEntry } from '../../shared/host/host-api.ts'
import type { Command } from './command.ts'
import { changesText } from './version-text.ts'
import { count, printable } from './words.ts'

export const status: Command = {
  name: 'status',
  summary: 'say what is in the library, what is not committed and what is not sent',
  usage: '',
  details: [],
  options: {},
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const { connection } = await context.read()
    const { signal, library } = context
    const info = await connection.call('app.info', {}, signal)
    const { total, byStatus } = await connection.call('samples.list', { limit: 1 }, signal)
    const draft = await connection.call('versions.draft', {}, signal)
    const versions = await connection.call('versions.list', {}, signal)
    const sync = await connection.call('sync.status', {}, signal)
    // A reader may not commit; the question here is whether there would be something to commit.
    const uncommitted = !isUnchanged(draft.changes)
    const deliveries = numbersOf(sync.entries)
    const byCount = Object.entries(byStatus).map(([name, number]) => `${number} ${name}`)
    const lines = [
      `library      ${library}`,
      `images       ${total}${byCount.length > 0 ? ` (${byCount.join(', ')})` : ''}`,
      `labels       ${count(draft.counts.labeled, 'image')} labeled, ${count(draft.counts.objects, 'object')}`,
      ...(draft.counts.carried ? [`samples      ${draft.counts.carried} kept but not shown`] : []),
      `versions     ${versions.length}`,
      `to commit    ${uncommitted ? changesText(draft.changes) : 'nothing'}`,
      `W&B          ${sync.configured ? outboxText(deliveries) : 'not set up; see "tessera help config set"'}`,
      ...info.notices.map(({ error }) => `notice       ${printable(error.message)} ${error.remedy}`),
    ]
    return {
      json: {
        library: { folder: library, id: info.libraryId, name: info.libraryName },
        samples: { total, byStatus },
        counts: draft.counts,
        uncommitted,
        changes: draft.changes,
        versions: versions.length,
        sync: { configured: sync.configured, ...deliveries },
        notices: info.notices,
      },
      text: lines.join('\n'),
    }
  },
}

type Numbers = { readonly sent: number; readonly waiting: number; readonly parked: number }

function numbersOf(entries: readonly OutboxEntry[]): Numbers {
  const numberOf = (...kinds: string[]) =>
    entries.filter(({ delivery }) => kinds.includes(delivery.kind)).length
  return { sent: numberOf('sent'), waiting: numberOf('waiting', 'sending'), parked: numberOf('parked') }
}

function outboxText({ sent, waiting, parked }: Numbers): string {
  return `${sent} sent, ${waiting} waiting, ${parked} parked`
}
