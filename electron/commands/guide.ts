import { commonOptions } from './arguments.ts'
import { type Command, exitCodes, type OptionSpec } from './command.ts'
import { sentence, spelling } from './help.ts'

/** The part of docs/guide/command-line.md that says what each command does, as Markdown. */
export function guideText(commands: readonly Command[]): string {
  return [
    '## Every command',
    optionTable(commonOptions),
    exitTable(exitCodes),
    ...commands.map(sectionOf),
  ].join('\n\n')
}

function sectionOf({ name, usage, summary, details, options, exits }: Command): string {
  const parts = [`### ${name}`, `    tessera ${name} ${usage}`.trimEnd(), sentence(summary), ...details]
  if (Object.keys(options).length > 0) parts.push(optionTable(options))
  if (exits) parts.push(exitTable(exits))
  return parts.join('\n\n')
}

function optionTable(options: Readonly<Record<string, OptionSpec>>): string {
  const rows = Object.entries(options).map(([name, option]) => [`\`${spelling(name, option)}\``, option.help])
  return table(['Option', 'Means'], rows)
}

function exitTable(codes: Readonly<Record<number, string>>): string {
  return table(['Exit code', 'Means'], Object.entries(codes))
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  return [head, head.map(() => '---'), ...escaped].map((row) => `| ${row.join(' | ')} |`).join('\n')
}
