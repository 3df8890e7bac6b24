import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Other people's programs that are measured beside ours: fetched when they are, never part of this repository. */
const cache = fileURLToPath(new URL('../../node_modules/.cache/tessera/peers', import.meta.url))

export type Peer = {
  readonly name: string
  /** For `skipped`: what has to be there to fetch it. */
  readonly from: string
  /** Puts it into the folder, which is there and empty. */
  fetch(folder: string): Promise<void>
}

export const run = promisify(execFile)

/**
 * The folder with a peer: `TESSERA_PEERS/<name>` when somebody has put it there, else what was fetched before or is now.
 * Rejects with the reason when it cannot be fetched.
 */
export async function fetched({ name, fetch }: Peer): Promise<string> {
  const given = process.env.TESSERA_PEERS && join(process.env.TESSERA_PEERS, name)
  if (given && existsSync(given)) return given
  const folder = join(cache, name)
  if (existsSync(folder)) return folder
  const draft = `${folder}.${process.pid}`
  mkdirSync(draft, { recursive: true })
  try {
    await fetch(draft)
    renameSync(draft, folder)
    return folder
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    throw error
  }
}
