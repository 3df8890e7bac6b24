import { commonOptions, optionsOf } from './arguments.ts'
import { type Command, exitCodes, type OptionSpec } from './command.ts'

/** The list of commands. */
export function overview(commands: readonly Command[]): string {
  const rows = commands.map(({ name, usage, summary }) => [`${name} ${usage}`.trim(), summary] as const)
  return [
    'Usage: tessera COMMAND [options]',
    '',
    ...twoColumns(rows),
    '',
    'Options of every command:',
    ...optionLines(commonOptions),
    '',
    'Exit codes:',
    ...exitLines(exitCodes),
    '',
    'More about one command: tessera help COMMAND',
  ].join('\n')
}

export function helpOf(command: Command): string {
  const { name, usage, summary, details } = command
  return [
    `Usage: tessera ${name} ${usage}`.trimEnd(),
    '',
    sentence(summary),
    ...details.flatMap((paragraph) => ['', ...wrap(paragraph, 100)]),
    '',
    'Options:',
    ...optionLines(optionsOf(command)),
    '',
    'Exit codes:',
    ...exitLines(exitsOf(command)),
  ].join('\n')
}

export function sentence(summary: string): string {
  return `${summary[0]!.toUpperCase()}${summary.slice(1)}.`
}

export function exitsOf(command: Command): Record<number, string> {
  return { ...exitCodes, ...command.exits }
}

/** The help as data, for `--json`. */
export function helpAsData(commands: readonly Command[]) {
  return {
    commands: commands.map((command) => ({
      name: command.name,
      summary: command.summary,
      usage: `tessera ${command.name} ${command.usage}`.trimEnd(),
      options: Object.fromEntries(
        Object.entries(optionsOf(command)).map(([name, option]) => [`--${name}`, option.help]),
      ),
      exitCodes: exitsOf(command),
    })),
  }
}

function optionLines(options: Readonly<Record<string, OptionSpec>>): string[] {
  return twoColumns(Object.entries(options).map(([name, option]) => [spelling(name, option), option.help]))
}

export function spelling(name: string, { short, value }: OptionSpec): string {
  return `${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`
}

function exitLines(codes: Readonly<Record<number, string>>): string[] {
  return twoColumns(Object.entries(codes))
}

/** A long left side gets a line of its own, so that one of them does not push all the others to the right. */
function twoColumns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length).filter((length) => length <= 30), 3)
  return rows.flatMap(([left, right]) => {
    const lines = wrap(right, 96 - width)
    const first = left.length > width ? [`  ${left}`] : []
    return [
      ...first,
      ...lines.map((line, i) => `  ${(i === 0 && first.length === 0 ? left : '').padEnd(width)}  ${line}`),
    ]
  })
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!
    if (last && last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = last ? `${last} ${word}` : word
  }
  return lines
}
