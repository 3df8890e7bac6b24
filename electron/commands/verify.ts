import { toAppError } from '../../shared/base/app-error.ts'
import { type VerifyReport, verifyFolder, verifyLibrary } from '../host/verify.ts'
import type { Command, CommandContext, OwnLink } from './command.ts'
import { byteSize, count, printable } from './words.ts'

const progressEveryMs = 1000

export const verify: Command = {
  name: 'verify',
  summary: 'check that everything in the library is as it was saved',
  usage: '',
  details: [
    'Re-hashes every stored file, checks the checksum of every row, and compares labels and versions with their records. Changes nothing, and works while another program has the library open.',
  ],
  options: {},
  positionals: [0, 0],
  needsLibrary: true,
  exits: {
    0: 'everything is as it was saved',
    1: 'not used by this command',
    2: 'something is damaged; the findings say what',
    3: 'the check could not be done',
  },
  errorExit: 3,
  async run(context) {
    const report = await check(context)
    return { json: report, text: describe(report), exit: report.clean ? 0 : 2 }
  },
}

async function check(context: CommandContext): Promise<VerifyReport> {
  const { signal } = context
  let shownAt = Date.now()
  const progress = (done: number, total: number, bytes: number) => {
    if (Date.now() - shownAt < progressEveryMs) return
    shownAt = Date.now()
    context.say(`${done}/${total} files, ${byteSize(bytes)}`)
  }
  let link: OwnLink
  try {
    link = await context.read()
  } catch (error) {
    if (toAppError(error).code !== 'DB_UNREADABLE') throw error
    return verifyFolder(context.library, { signal, progress })
  }
  const { context: library, versions } = link.host.services
  return verifyLibrary(library, versions, { signal, progress })
}

function describe({ clean, checked, findings }: VerifyReport): string {
  const { files, bytes, rows } = checked
  const lines = findings.map(({ code, message, id, affects }) => {
    const about =
      affects.length > 0
        ? ` (${printable(affects.slice(0, 5).join(', '))}${affects.length > 5 ? ', …' : ''})`
        : ''
    return `${code}  ${id.slice(0, 12)}  ${message}${about}`
  })
  const looked = `${count(files, 'file')} (${byteSize(bytes)}) and ${count(rows, 'row')} checked`
  const damages = findings.filter(({ severity }) => severity === 'error').length
  return [...lines, clean ? `clean: ${looked}` : `${count(damages, 'damage')} found: ${looked}`].join('\n')
}
