import { type Command, UsageError } from './command.ts'

export const serve: Command = {
  name: 'serve',
  summary: 'open the library in the browser, served from this computer only',
  usage: '[--port N] [--no-open] [--sample]',
  details: [
    'Makes the library when the folder is missing or empty. Prints a link that works once and only on this computer, and runs until Ctrl-C. When the library is open already, its owner gives a fresh link.',
    'With --json the document is {"link": …}, printed as soon as the link works; the link is null when a desktop window has the library and came to the front.',
  ],
  options: {
    port: { type: 'string', value: 'N', help: 'port on 127.0.0.1 (a free one unless told)' },
    'no-open': { type: 'boolean', help: 'print the link and do not open the browser' },
    sample: { type: 'boolean', help: 'begin an empty library with the sample images that come with Tessera' },
    'exit-when-idle': { type: 'boolean', help: 'stop when no page was connected for 15 minutes' },
  },
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const port = readPort(context.option('port'))
    let answered = false
    await context.serve(
      {
        library: context.library,
        ...(port !== undefined && { port }),
        open: !context.flag('no-open'),
        sample: context.flag('sample'),
        exitWhenIdle: context.flag('exit-when-idle'),
      },
      (line) => {
        answered = true
        context.answer({ json: { link: /\S+$/.exec(line)?.[0] ?? null }, text: line })
      },
    )
    return answered ? null : { json: { link: null }, text: '' }
  },
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new UsageError(
    `"${text.slice(0, 20)}" is no port.`,
    'Give a number from 1 to 65535, or leave --port out.',
  )
}
