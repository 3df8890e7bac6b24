// The tables of docs/guide/keys.md, from the commands, presets and gestures of the app.
import { catalogue } from '../../renderer/app/catalogue.ts'
import { keysInForce } from '../../renderer/commands/bindings.ts'
import { commandScopes, type ScopedInfo } from '../../renderer/commands/command.ts'
import { type Gesture, gestures, shownWay } from '../../renderer/commands/gestures.ts'
import { shownKeys, unknownLayout } from '../../renderer/commands/key-chord.ts'
import { type PresetName, presetNames } from '../../renderer/commands/presets.ts'
import { presetText, scopeText } from '../../renderer/ui/text.ts'

const begin = '<!-- tables: npm run key-guide -->'
const end = '<!-- end of tables -->'

const keysOf = Object.fromEntries(
  presetNames.map((preset) => [preset, keysInForce(catalogue, { preset, changes: {} })]),
) as Record<PresetName, ReadonlyMap<string, readonly string[]>>

const cap = (key: string) => `<kbd>${key.replace('<', '&lt;')}</kbd>`
const chord = (keys: string) => {
  const shown = shownKeys(keys, false)
  const tap = shown[0] === 'Tap' ? 'tap ' : ''
  return tap + (tap ? shown.slice(1) : shown).map(cap).join('+')
}
const cell = (keys: readonly string[]) => keys.map(chord).join(' ').replaceAll('|', '\\|') || '–'
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')

/** What a gesture is in a preset, all its ways. */
const waysOf = ({ ways }: Gesture, preset: PresetName) =>
  ways
    .flatMap((way) => shownWay(way, (id) => keysOf[preset].get(id)?.[0], false, unknownLayout) ?? [])
    .join(', ') || '–'

/** One cell for each preset, or null where all say the same. */
function differing(of: (preset: PresetName) => string): string[] | null {
  const cells = presetNames.map(of)
  return new Set(cells).size > 1 ? cells : null
}

/** Rows of keys that a gesture says in one line are left to it. */
const isListed = ({ inSheet }: ScopedInfo) => inSheet !== false

function presetRows(): string[][] {
  const commands = catalogue.filter(isListed).flatMap(({ id, title }) => {
    const cells = differing((preset) => cell(keysOf[preset].get(id) ?? []))
    return cells ? [[title, ...cells]] : []
  })
  const rows = gestures.flatMap((gesture) => {
    const cells = differing((preset) => waysOf(gesture, preset))
    return cells ? [[gesture.title, ...cells]] : []
  })
  return [...commands, ...rows]
}

function scopeTable(scope: ScopedInfo['scope']): string[] {
  const listed = catalogue.filter(
    (command) => command.scope === scope && isListed(command) && keysOf.default.get(command.id)?.length,
  )
  const ways = gestures
    .filter((gesture) => gesture.scope === scope)
    .map((gesture) => [gesture.title, waysOf(gesture, 'default')])
  if (listed.length === 0 && ways.length === 0) return []
  const parts = [`### ${scopeText[scope]}`]
  if (listed.length > 0)
    parts.push(
      table(
        ['Action', 'Keys'],
        listed.map(({ id, title, holds }) => [
          holds ? `${title.replace(/ \(hold\)$/, '')} (hold)` : title,
          cell(keysOf.default.get(id) ?? []),
        ]),
      ),
    )
  if (ways.length > 0) parts.push(table(['With the pointer, and rows of keys', 'How'], ways))
  return parts
}

/** The tables as they must stand in the page. */
export function keyTables(): string {
  return [
    '## What the presets change',
    'All else is the same in every preset.',
    table(['Action', ...presetNames.map((preset) => presetText[preset])], presetRows()),
    '## Keys of the preset Default',
    ...commandScopes.flatMap(scopeTable),
  ].join('\n\n')
}

/** `page` with its tables replaced. Throws where the marks of the tables are missing. */
export function withTables(page: string): string {
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from < 0 || to < from) throw new Error('docs/guide/keys.md has lost the marks around its tables')
  return `${page.slice(0, from + begin.length)}\n\n${keyTables()}\n\n${page.slice(to)}`
}
