import { AppError } from '../../shared/base/app-error.ts'
import type { HostConnection, OutboxEntry, Settings, SyncStatus } from '../../shared/host/host-api.ts'
import type { Command, CommandContext, Link, Outcome } from './command.ts'
import { deliveryText } from './delivery-text.ts'
import { stoppable } from './stoppable.ts'
import { byteSize, count } from './words.ts'

type Override = Partial<Settings['wandb']>
/** Waits that a server asked for, or that a person has to end. */
const patient = new Set(['REMOTE_LIMIT'])
const progressEveryMs = 1000

export const push: Command = {
  name: 'push',
  summary: 'send the versions that are not at W&B yet',
  usage: '[--retry]',
  details: [
    'Address, entity and project are taken from the environment (WANDB_BASE_URL, WANDB_ENTITY, WANDB_PROJECT) if it has them, else from the settings of the library; nothing of it is written into the library. The key is WANDB_API_KEY, else the one of "config set wandb.api-key".',
    'What is there already is not sent again. Ctrl-C stops it, and the next push goes on where this one was.',
  ],
  options: {
    retry: { type: 'boolean', help: 'also try what is parked, and what the server asked to wait with' },
  },
  positionals: [0, 0],
  needsLibrary: true,
  exits: { 1: 'something could not be sent; the message says what is waiting or parked, and why' },
  async run(context) {
    const override = overrideOf(context.environment)
    const link = await context.write({ settingsOverride: override })
    const { environment, signal, say } = context
    const retry = context.flag('retry')
    return outcome(await pushAll(link, { override, retry, environment, signal, say }), context)
  },
}

type Teller = Pick<CommandContext, 'signal' | 'say'>

/** What a push came to. `error`: why something is left, in one; null when nothing is. */
export type Pushed = {
  readonly sent: OutboxEntry[]
  readonly left: OutboxEntry[]
  readonly entries: OutboxEntry[]
  readonly error: AppError | null
}

/** Sends what is owed, with what a person would else have to wait for. */
export async function pushAll(
  link: Link,
  {
    override,
    retry,
    ...teller
  }: Teller & Pick<CommandContext, 'environment'> & { override: Override; retry: boolean },
): Promise<Pushed> {
  const { connection } = link
  if (!link.host) await requireSameTarget(link, override, teller)
  const before = await connection.call('sync.status', {}, teller.signal)
  await makeReady(connection, before.entries, retry)
  const { entries } = await sendAll(connection, teller)
  const isSent = ({ delivery }: OutboxEntry) => delivery.kind === 'sent'
  const key = ({ version, role }: OutboxEntry) => `${version}/${role}`
  const old = new Set(before.entries.filter(isSent).map(key))
  const left = entries.filter((entry) => !isSent(entry))
  return {
    sent: entries.filter((entry) => isSent(entry) && !old.has(key(entry))),
    left,
    entries,
    error: left.length === 0 ? null : errorOf(left, entries.length),
  }
}

export function overrideOf(environment: CommandContext['environment']): Override {
  const { WANDB_BASE_URL: baseUrl, WANDB_ENTITY: entity, WANDB_PROJECT: project } = environment
  return { ...(baseUrl && { baseUrl }), ...(entity && { entity }), ...(project && { project }) }
}

/**
 * The owner of a library pushes with its own settings. If the environment here says otherwise, sending would go to a place
 * that the person did not mean.
 */
async function requireSameTarget(
  { connection }: Link,
  override: Override,
  { environment, signal }: Pick<CommandContext, 'environment' | 'signal'>,
): Promise<void> {
  const { settings, wandbKey } = await connection.call('settings.get', {}, signal)
  const plain = (text: unknown) => String(text).replace(/\/+$/, '')
  const differs = (Object.keys(override) as (keyof Override)[]).filter(
    (name) => plain(override[name]) !== plain(settings.wandb[name]),
  )
  const key = environment.WANDB_API_KEY?.trim()
  const otherKey = Boolean(key) && key!.slice(-4) !== wandbKey.last4
  if (differs.length === 0 && !otherKey) return
  const what = [
    ...differs.map((name) => ({ baseUrl: 'address', entity: 'entity', project: 'project' })[name as string]),
    ...(otherKey ? ['key'] : []),
  ]
  throw new AppError(
    'LIB_BUSY',
    `Another program has this library open, and it would push with another ${what.join(' and ')} than the environment here says.`,
    { remedy: 'Close that program, or unset the WANDB_ variables to push with its settings.' },
  )
}

/** A person who says "push" does not want to sit out a back-off. */
async function makeReady(
  connection: HostConnection,
  entries: readonly OutboxEntry[],
  all: boolean,
): Promise<void> {
  for (const { version, role, delivery } of entries) {
    const isWaiting = delivery.kind === 'waiting' && delivery.lastError !== null
    const isReady = isWaiting && (all || !patient.has(delivery.lastError!.code))
    if (isReady || (all && delivery.kind === 'parked')) await connection.call('sync.retry', { version, role })
  }
}

async function sendAll(connection: HostConnection, { signal, say }: Teller): Promise<SyncStatus> {
  const { log } = await connection.call('sync.status', {}, signal)
  const stopListening = connection.on(progressTo(say, log.at(-1)?.seq ?? 0))
  try {
    return await stoppable(
      signal,
      () => connection.call('sync.cancel', {}),
      async () => {
        const status = await connection.call('sync.push', {})
        // Another program's push that began before the last commit knows nothing of it: then once more.
        return status.entries.some(isUntried) && !signal.aborted ? connection.call('sync.push', {}) : status
      },
    )
  } finally {
    stopListening()
  }
}

const isUntried = ({ delivery }: OutboxEntry) => delivery.kind === 'waiting' && delivery.lastError === null

/** Tells what is new after the line `told` of the log. */
function progressTo(say: Teller['say'], told: number): Parameters<HostConnection['on']>[0] {
  let shownAt = 0
  return (event) => {
    if (event.type !== 'sync.changed') return
    const { log, running } = event.status
    for (const { seq, text } of log) if (seq > told) say(text)
    told = log.at(-1)?.seq ?? told
    if (!running || Date.now() - shownAt < progressEveryMs) return
    shownAt = Date.now()
    const { step, filesDone, filesTotal, bytesDone, bytesTotal } = running
    say(`${step} ${filesDone}/${filesTotal} files, ${byteSize(bytesDone)} of ${byteSize(bytesTotal)}`.trim())
  }
}

function outcome({ sent, left, entries, error }: Pushed, { say, json }: CommandContext): Outcome {
  const lines = sent.map((entry) => describe(entry))
  if (!error) {
    if (lines.length === 0)
      lines.push(entries.length > 0 ? 'nothing to send, all is there' : 'no version yet')
    return { json: { sent, entries }, text: lines.join('\n') }
  }
  if (!json) {
    say(`tessera: ${error.message} [${error.code}]\n  ${error.remedy}`)
    for (const entry of left) say(`  ${describe(entry)}`)
  }
  return { json: { ...error.toInfo(), sent, entries }, text: lines.join('\n'), exit: 1 }
}

function describe({ versionNumber, role, delivery }: OutboxEntry): string {
  const url = delivery.kind === 'sent' && delivery.url ? `  ${delivery.url}` : ''
  return `version ${versionNumber} ${role} ${deliveryText(delivery)}${url}`
}

/** One error for all that is left: what a person has to do comes first. */
function errorOf(left: readonly OutboxEntry[], total: number): AppError {
  const missing = `${left.length} of ${count(total, 'upload')}`
  if (left.some(({ delivery }) => delivery.kind === 'parked')) {
    return new AppError('OUTBOX_PARKED', `${missing} could not be sent, and some need you.`, {
      remedy: 'See the reasons, then say "push --retry".',
    })
  }
  for (const { delivery } of left) {
    if (delivery.kind !== 'waiting' || !delivery.lastError) continue
    const { code, remedy } = delivery.lastError
    return new AppError(code, `${missing} could not be sent yet.`, { remedy })
  }
  return new AppError('OUTBOX_PARKED', `${missing} could not be sent yet.`, { remedy: 'Push again.' })
}
