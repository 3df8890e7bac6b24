import { expect, it } from 'vitest'
import { parseCommandLine } from '../../../electron/commands/arguments.ts'
import { UsageError } from '../../../electron/commands/command.ts'
import { commands } from '../../../electron/commands/table.ts'

function parsed(...argv: string[]) {
  const result = parseCommandLine(argv, commands)
  if (result.kind !== 'run') return { kind: result.kind }
  return { command: result.command.name, positionals: result.positionals, values: { ...result.values } }
}

function refusal(...argv: string[]): string {
  try {
    parseCommandLine(argv, commands)
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError)
    const { message, remedy } = error as UsageError
    return `${message} ${remedy}`
  }
  throw new Error(`understood: ${argv.join(' ')}`)
}

it('finds commands of one word and of two, with options before and after', () => {
  expect(parsed('commit', '-m', 'first')).toEqual({
    command: 'commit',
    positionals: [],
    values: { message: 'first' },
  })
  expect(parsed('--library', 'label', 'label', 'get', 'a.jpg', '--out', 'a.png')).toEqual({
    command: 'label get',
    positionals: ['a.jpg'],
    values: { library: 'label', out: 'a.png' },
  })
  expect(parsed('import', 'a', 'b', 'c', '--json').positionals).toEqual(['a', 'b', 'c'])
})

it('takes a lone dash and everything behind -- as they stand', () => {
  expect(parsed('config', 'set', 'wandb.api-key', '-').positionals).toEqual(['wandb.api-key', '-'])
  expect(parsed('import', '--', '--json', '-x.png').positionals).toEqual(['--json', '-x.png'])
})

it('shows help wherever it is asked for', () => {
  for (const argv of [['--help'], ['-h'], ['help'], ['commit', '--help'], ['help', 'label', 'set']]) {
    expect(parsed(...argv)).toEqual({ kind: 'help' })
  }
  expect(parsed('--version')).toEqual({ kind: 'version' })
})

it('says which commands there are when one is not known', () => {
  expect(refusal()).toMatch(/Which command\?/)
  expect(refusal('comit')).toMatch(/no command "comit".*--help/)
  expect(refusal('label')).toMatch(/no command "label".*"label set" or "label get"/)
  expect(refusal('label', 'sit', 'a.jpg')).toMatch(/no command "label sit"/)
  expect(refusal('help', 'nothing')).toMatch(/no command "nothing"/)
})

it('refuses options and arguments that do not belong', () => {
  expect(refusal('commit', '--amend')).toMatch(/Unknown option '--amend'\. See "tessera help commit"/)
  expect(refusal('commit', '-m')).toMatch(/-m/)
  expect(refusal('commit', 'now')).toMatch(/at most 0/)
  expect(refusal('init')).toMatch(/needs DIR/)
  expect(refusal('init', 'a', 'b')).toMatch(/at most 1/)
  expect(refusal('init', 'a', '--library', 'b')).toMatch(/--library/)
  expect(refusal('status', '--json=yes')).toMatch(/--json/)
})

it('repeats no value, which could be a key in the wrong place', () => {
  const key = 'canary0123456789canary0123456789canary01'
  for (const argv of [
    ['config', 'set', '--wandb.api-key', key],
    ['config', 'set', `--key=${key}`, 'x'],
    ['config', 'set', 'wandb.api-key', '-', key],
    ['status', key],
  ]) {
    expect(refusal(...argv)).not.toContain('canary')
  }
})
