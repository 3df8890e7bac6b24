import { openTestLibrary, type TestLibrary } from './open-test-library.ts'

// A process of its own that opens a library when told to: library-child.ts FOLDER.
// Answers each line of its input with one line: `open` → `owner` or an error code, `close`, `put TEXT`.
let library: TestLibrary | null = null

async function answer(command: string): Promise<string> {
  const [verb, ...rest] = command.split(' ')
  try {
    switch (verb) {
      case 'open':
        library = await openTestLibrary({ folder: process.argv[2]! })
        return 'owner'
      case 'put':
        return (await library!.context.blobs.put(Buffer.from(rest.join(' ')))).digest
      case 'close':
        await library?.close()
        library = null
        return 'closed'
      default:
        return 'what?'
    }
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

let pending = ''
process.stdout.write('ready\n')
for await (const chunk of process.stdin) {
  pending += String(chunk)
  const lines = pending.split('\n')
  pending = lines.pop()!
  for (const line of lines) process.stdout.write(`${await answer(line)}\n`)
}
