import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openLibrary } from '../../../electron/host/library.ts'
import { fuseNameOf, networkTypeName, refuseSharedFolder } from '../../../electron/host/shared-folder.ts'
import { openTestLibrary } from '../../support/open-test-library.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tessera-shared-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

it.each([
  'Dropbox/street',
  'Dropbox (Personal)/a/b',
  'OneDrive/street',
  'OneDrive - Example/street',
  'Google Drive/street',
  'My Drive/street',
  'Library/CloudStorage/AnyDrive-a/street',
  'Library/Mobile Documents/com~apple~CloudDocs/street',
  'Nextcloud/street',
  'MEGAsync/street',
])('refuses a folder that a sync program mirrors: %s', (path) => {
  expect(() => refuseSharedFolder(join(root, path))).toThrow(
    expect.objectContaining({ code: 'LIB_REMOTE_FS' }),
  )
})

it.each(['street', 'Dropbox photos/street', 'my onedrive notes', 'Library/street', 'Box/street'])(
  'takes an ordinary folder: %s',
  (path) => {
    expect(() => refuseSharedFolder(join(root, path))).not.toThrow()
  },
)

it.each(['.dropbox', '.stfolder', '.nextcloudsync.log'])('knows a synced folder by its mark %s', (mark) => {
  mkdirSync(join(root, 'photos', 'street'), { recursive: true })
  writeFileSync(join(root, 'photos', mark), '')
  expect(() => refuseSharedFolder(join(root, 'photos', 'street'))).toThrow(
    expect.objectContaining({ code: 'LIB_REMOTE_FS' }),
  )
})

it('sees through a link, and refuses writing but not reading there', async () => {
  const library = await openTestLibrary({ folder: join(root, 'library') })
  await library.close()
  mkdirSync(join(root, 'Dropbox'))
  symlinkSync(join(root, 'Dropbox'), join(root, 'plain'))
  expect(() => refuseSharedFolder(join(root, 'plain', 'x'))).toThrow(
    expect.objectContaining({ code: 'LIB_REMOTE_FS' }),
  )
  symlinkSync(join(root, 'library'), join(root, 'Dropbox', 'library'))
  // The link lies there, the library does not.
  expect(() => refuseSharedFolder(join(root, 'Dropbox', 'library'))).not.toThrow()
  const synced = join(root, 'OneDrive', 'library')
  mkdirSync(join(root, 'OneDrive'))
  const inside = await openTestLibrary({ folder: join(root, 'inside') })
  await inside.close()
  renameSync(join(root, 'inside'), synced)
  const options = { deviceId: 'd', log: () => {}, emit: () => {} }
  await expect(openLibrary(synced, { ...options, mode: 'write' })).rejects.toMatchObject({
    code: 'LIB_REMOTE_FS',
  })
  await (await openLibrary(synced, { ...options, mode: 'read' })).close()
})

it('knows network file systems by their number, and local ones', () => {
  expect(networkTypeName(0x6969)).toContain('NFS')
  expect(networkTypeName(0xff534d42)).toContain('CIFS')
  expect(networkTypeName(0x01021997)).toContain('9P')
  for (const local of [0xef53, 0x9123683e, 0x58465342, 0x01021994, 0x65735546]) {
    expect(networkTypeName(local)).toBe(null)
  }
})

it('finds the mount that a FUSE folder lies on', () => {
  const mounts = [
    '22 1 8:1 / / rw,relatime - ext4 /dev/root rw',
    '40 22 0:35 / /home/a/remote\\040disk rw,nosuid - fuse.sshfs a@b: rw',
    '41 22 0:36 / /home/a rw,nosuid - fuse.ntfs-3g /dev/sdb1 rw',
    'nonsense',
  ].join('\n')
  expect(fuseNameOf('/home/a/remote disk/library', mounts)).toBe('fuse.sshfs')
  expect(fuseNameOf('/home/a/remote', mounts)).toBe('fuse.ntfs-3g')
  expect(fuseNameOf('/home/ab', mounts)).toBe('ext4')
  expect(fuseNameOf('/x', '')).toBe(null)
})
