import { isEnabled, type ScopedCommand, type ScopedInfo, titleNow } from '../../commands/command.ts'
import { fuzzyMatch } from '../../commands/fuzzy.ts'
import { scopeText } from '../../ui/text.ts'
import { text } from './text.ts'

/** One line of the palette. */
export type PaletteItem = {
  readonly command: ScopedInfo | ScopedCommand
  /** Runs it; null while that is not possible. */
  readonly run: (() => void) | null
  /** Why not, as one sentence; null where it can be run. */
  readonly whyNot: string | null
  /** Characters of the title that the words met. */
  readonly at: readonly number[]
}

/** How much better a command that cannot be run must fit to stand before one that can. */
const aside = 6

/**
 * What the palette offers for `query`, by how well it fits; what cannot be run comes later and with the reason. Commands
 * of other screens (`elsewhere`) come only when they are looked for.
 */
export function paletteItems(
  query: string,
  here: readonly ScopedCommand[],
  elsewhere: readonly ScopedInfo[],
): readonly PaletteItem[] {
  const words = query.trim()
  const known = new Set(here.map(({ id }) => id))
  const all = [
    ...here.filter(({ run }) => run !== undefined),
    ...(words === '' ? [] : elsewhere.filter(({ id }) => !known.has(id))),
  ].filter(({ inPalette }) => inPalette !== false)
  const found = all.flatMap((item) => {
    const title = 'scope' in item && 'now' in item ? titleNow(item) : item.title
    const command = { ...item, title }
    const { group, scope } = command
    const match = fuzzyMatch(words, title)
    if (!match && !holdsWords(words, `${title} ${group} ${scopeText[scope]}`)) return []
    const offered = offer(command)
    const score = (match?.score ?? 0) - (offered.run ? 0 : aside)
    return [{ ...offered, at: match?.at ?? [], score }]
  })
  return found.toSorted((a, b) => b.score - a.score || a.command.title.localeCompare(b.command.title, 'en'))
}

/** Whether each word begins a word of `text`. */
function holdsWords(words: string, text: string): boolean {
  const known = text.toLowerCase().split(/[^\p{L}\p{N}]+/u)
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => known.some((each) => each.startsWith(word)))
}

function offer(command: ScopedInfo | ScopedCommand): Omit<PaletteItem, 'at'> {
  if (!('run' in command) || !command.run)
    return { command, run: null, whyNot: text.elsewhere[command.scope] }
  const { run } = command
  if (!isEnabled(command)) return { command, run: null, whyNot: command.whyNot ?? text.notNow }
  return { command, run: () => run(), whyNot: null }
}
