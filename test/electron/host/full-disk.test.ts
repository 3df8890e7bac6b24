import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import type { FullDiskReport } from '../../support/full-disk-child.ts'

// A disk of a few megabytes, mounted in a namespace of its own: nobody else sees it, and it goes with the process.
const unshare = ['--user', '--map-root-user', '--mount']
const canMount =
  process.platform === 'linux' &&
  spawnSync('unshare', [...unshare, 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]).status === 0
const why = canMount ? '' : ' [skipped: this system lets a test mount no small disk]'

it.skipIf(!canMount)(
  `saves until a real disk is full, loses nothing and goes on when there is space${why}`,
  () => {
    const disk = mkdtempSync(join(tmpdir(), 'tessera-full-'))
    const child = fileURLToPath(new URL('../../support/full-disk-child.ts', import.meta.url))
    const script = 'mount -t tmpfs -o size=8m tmpfs "$1" && exec "$2" "$3" "$1"'
    const args = [...unshare, 'sh', '-c', script, 'sh', disk, process.execPath, child]
    const report = JSON.parse(execFileSync('unshare', args, { encoding: 'utf8' })) as FullDiskReport
    expect(report.saved).toBeGreaterThan(20)
    expect(new Set(report.codes)).toEqual(new Set(['DISK_FULL']))
    expect(report.reserveUsed).toBe(true)
    expect(report).toMatchObject({ lost: 0, lostLater: 0, partial: 0, unfinished: 0, savedLater: 3 })
    rmSync(disk, { recursive: true, force: true })
  },
)
