import { across, modes } from './modes.ts'
import { events, outcomes, type State, states, type Tool, table, tools } from './table.ts'

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

/** The table of states × events as a page: what is tested is what is written there. */
export function cellsPage(): string {
  const list = (of: Readonly<Record<string, string>>) =>
    Object.entries(of).map(([name, meaning]) => `- **${name}**: ${meaning}`)
  const parts = Object.entries(table).flatMap(([tool, rows]) => {
    const shown = Object.keys(rows) as State[]
    return [
      `## ${tools[tool as Tool].name}`,
      '',
      line(['', ...shown]),
      line(['---', ...shown.map(() => '---')]),
      ...Object.keys(events).map((event) =>
        line([event, ...shown.map((state) => rows[state]![event as keyof typeof events])]),
      ),
      '',
    ]
  })
  const names = Object.keys(across)
    .map((tool) => tools[tool as Tool].name)
    .join(', ')
  return [
    '# What a tool does with what happens to it',
    '',
    'Written by `vitest run test/e2e/tool-cells-page.test.ts -u` from the table that the end-to-end tests go through',
    '(`test/e2e/tool-cells/table.ts`): every cell is brought about with the pointer, the wheel and the keys of a real',
    'browser, and is judged by the pixels on the screen and, where the list of objects is another than before, in the',
    'file.',
    '',
    'States:',
    '',
    ...list(states),
    '',
    'Events:',
    '',
    ...list(events),
    '',
    'Outcomes:',
    '',
    ...list(outcomes),
    '',
    ...parts,
    '## Modes',
    '',
    `${names} are used across two objects and the ground beside them in each of these:`,
    '',
    ...list(modes),
    '',
  ].join('\n')
}
