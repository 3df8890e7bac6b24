import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import { openTestLibrary } from './open-test-library.ts'

// Saves into a library on a small disk until it is full, frees some space, goes on: full-disk-child.ts DISK.
// Prints what happened as one line of JSON, the type `FullDiskReport`.
export type FullDiskReport = {
  /** Saves that were acknowledged, before the disk was full and after space was made. */
  readonly saved: number
  readonly savedLater: number
  /** The codes of all refusals. */
  readonly codes: string[]
  /** Whether the space kept back was used up. */
  readonly reserveUsed: boolean
  /** Acknowledged saves whose row or bytes are not there: in the same run, and after opening the library again. */
  readonly lost: number
  readonly lostLater: number
  /** Files under a blob's name that are not whole, and unfinished ones, at the fullest moment. */
  readonly partial: number
  readonly unfinished: number
}

const disk = process.argv[2]!
const folder = join(disk, 'library')
const reserve = 1 << 20
await (await openTestLibrary({ folder })).close()
writeFileSync(join(folder, 'reserve.bin'), randomBytes(reserve))
writeFileSync(join(disk, 'filler'), randomBytes(1 << 20))

const library = await openTestLibrary({ folder, reserveBytes: reserve })
const acknowledged: BlobDigest[] = []
const codes: string[] = []

/** As labels are saved: once more after the space kept back was given to it. */
async function save(): Promise<boolean> {
  return (await attempt()) || (library.releaseReserve() && (await attempt()))
}

async function attempt(): Promise<boolean> {
  try {
    const { digest } = await library.context.blobs.put(
      randomBytes(20_000 + (acknowledged.length % 7) * 9_000),
    )
    library.context.transaction(() => {
      library.context.db.prepare("INSERT INTO settings VALUES (?, '1')").run(digest)
    })
    acknowledged.push(digest)
    return true
  } catch (error) {
    codes.push((error as { code?: string }).code ?? String(error))
    return false
  }
}

async function lostIn(context: typeof library.context): Promise<number> {
  let lost = 0
  for (const digest of acknowledged) {
    const row = context.db.prepare('SELECT 1 FROM settings WHERE key = ?').get(digest)
    const isThere = await context.blobs.get(digest).then(
      () => true,
      () => false,
    )
    if (!row || !isThere) lost += 1
  }
  return lost
}

for (let refused = 0; refused < 8; ) refused = (await save()) ? 0 : refused + 1
const saved = acknowledged.length
const reserveUsed = !existsSync(join(folder, 'reserve.bin'))
const blobs = join(folder, 'blobs', 'sha256')
const partial = readdirSync(blobs).flatMap((fan) =>
  readdirSync(join(blobs, fan)).filter(
    (name) =>
      createHash('sha256')
        .update(readFileSync(join(blobs, fan, name)))
        .digest('hex') !== name,
  ),
).length
const unfinished = readdirSync(join(folder, 'tmp')).length
const lost = await lostIn(library.context)
rmSync(join(disk, 'filler'))
for (let i = 0; i < 3; i++) await save()
await library.close()
const again = await openTestLibrary({ folder })
const report: FullDiskReport = {
  saved,
  savedLater: acknowledged.length - saved,
  codes,
  reserveUsed,
  lost,
  lostLater: await lostIn(again.context),
  partial,
  unfinished,
}
await again.close()
process.stdout.write(`${JSON.stringify(report)}\n`)
