import { AppError } from '../../shared/base/app-error.ts'
import type { ArtifactRole, OutboxEntry, Settings } from '../../shared/host/host-api.ts'
import { deliveryOf, heldUpBy, outbox } from '../../shared/sync/outbox.ts'
import { clampDeadline } from '../../shared/sync/retry.ts'
import { newAttempt } from './delivery.ts'
import type { LibraryContext } from './library-context.ts'
import type { RemoteLink } from './remote-link.ts'
import type { VersionSource } from './sync.ts'

export type SyncOutbox = ReturnType<typeof createSyncOutbox>

/** The outbox of the place the settings name, as it is on disk; empty without a place. */
export function createSyncOutbox(options: {
  readonly context: LibraryContext
  readonly versions: VersionSource
  readonly settings: { get(): Settings | Promise<Settings> }
  readonly link: Pick<RemoteLink, 'isSet' | 'book'>
  /** Whether anything is being sent: what says so of itself while nothing is was cut off. */
  isPushing(): boolean
}) {
  const { context, versions, link } = options

  /** The book of the place; null without one. */
  async function book() {
    const { wandb } = await options.settings.get()
    return link.isSet(wandb) ? link.book(wandb) : null
  }

  async function entries(): Promise<OutboxEntry[]> {
    const its = await book()
    if (its === null) return []
    const found = outbox(await versions.list()).map(({ version, role, digest }) => {
      const receipt = its.receipt(role, version.id)
      const kept = receipt ? null : its.attempt(role, version.id)
      const attempt = kept && { ...kept, notBefore: clampDeadline(kept.notBefore, context.now()) }
      const delivery = deliveryOf({ receipt, attempt, isPushing: options.isPushing() })
      const { files = 0, bytes = 0 } = version.artifacts.find((artifact) => artifact.role === role) ?? {}
      return { version: version.id, versionNumber: version.number, role, digest, files, bytes, delivery }
    })
    const behind = heldUpBy(found)
    return found.map((entry, at) => ({ ...entry, behind: behind[at]! }))
  }

  /** Histories that wait: no list shows them, and they go like everything else. */
  async function histories() {
    const its = await book()
    if (its === null || !versions.history) return []
    return (await versions.list()).flatMap(({ id }) => {
      if (its.receipt('history', id)) return []
      const attempt = its.attempt('history', id)
      const delivery = deliveryOf({ receipt: null, attempt, isPushing: options.isPushing() })
      return [{ version: id, role: 'history' as const, delivery }]
    })
  }

  /** One of them, with the book it stands in and what a person calls it; null when it is not there. */
  async function line(versionId: string, role: ArtifactRole) {
    const its = await book()
    const entry = (await entries()).find((one) => one.version === versionId && one.role === role)
    return its && entry ? { book: its, entry, name: `v${entry.versionNumber} ${role}` } : null
  }

  return {
    entries,
    histories,

    /** Makes one wait again that waits or is set aside. What a person calls it; null when there was nothing to do. */
    async retry(versionId: string, role: ArtifactRole): Promise<string | null> {
      const found = await line(versionId, role)
      const attempt = found?.book.attempt(role, versionId)
      if (!found || !attempt || found.entry.delivery.kind === 'sending') return null
      const again = { kind: 'waiting' as const, failures: 0, notBefore: 0, error: null }
      found.book.saveAttempt(role, versionId, { ...attempt, ...again })
      return found.name
    },

    /** Sets one aside; null when it is sent already. Throws AppError `CONFLICT` while it is being sent, `NOT_FOUND`. */
    async park(versionId: string, role: ArtifactRole): Promise<string | null> {
      const found = await line(versionId, role)
      if (!found) {
        throw new AppError('NOT_FOUND', 'There is no such delivery.', { remedy: 'Look at the list anew.' })
      }
      const { book, entry, name } = found
      if (entry.delivery.kind === 'sent') return null
      if (entry.delivery.kind === 'sending') {
        throw new AppError('CONFLICT', `${name} is being sent.`, { remedy: 'Stop the push first.' })
      }
      const attempt = book.attempt(role, versionId) ?? newAttempt(role, context.now())
      book.saveAttempt(role, versionId, { ...attempt, kind: 'parked', error: null })
      return name
    },

    /** Ends the waits of those whose last error has such a code. */
    async release(isMeant: (code: string) => boolean): Promise<void> {
      const its = await book()
      if (its === null || context.readOnly) return
      for (const { version, role, delivery } of [...(await entries()), ...(await histories())]) {
        // Of a history nobody could say that it is to be tried again.
        const held = role === 'history' ? its.attempt(role, version) : null
        if (held?.kind === 'parked' && isMeant(held.error?.code ?? ''))
          its.saveAttempt(role, version, { ...held, kind: 'waiting', failures: 0, notBefore: 0, error: null })
        if (delivery.kind !== 'waiting' || !delivery.lastError || !isMeant(delivery.lastError.code)) continue
        const attempt = its.attempt(role, version)
        if (attempt?.kind === 'waiting') its.saveAttempt(role, version, { ...attempt, notBefore: 0 })
      }
    },
  }
}
