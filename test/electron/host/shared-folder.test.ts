import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openLibrary } from '../../../electron/host/library.ts'
import {
  fuseNameOf,
  mountTypeOf,
  networkTypeName,
  refuseSharedFolder,
  type SharedFolderSystem,
} from '../../../electron/host/shared-folder.ts'
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

/** A system with these folders, which are what `real` says. */
const system = (
  platform: NodeJS.Platform,
  real: Record<string, string>,
  mounts = '',
): SharedFolderSystem => ({
  platform,
  exists: (path) => path in real,
  realPath: (path) => real[path]!,
  mounts: () => mounts,
})

it('refuses a share on Windows, also behind a letter, and takes local drives', () => {
  const windows = system('win32', {
    'C:\\': 'C:\\',
    'S:\\': 'D:\\kept\\here',
    'Z:\\': '\\\\server\\share',
    '\\\\server\\share\\': '\\\\server\\share\\',
    '\\\\?\\C:\\': 'C:\\',
  })
  const refuse = (folder: string) => () => refuseSharedFolder(folder, windows)
  for (const folder of ['Z:\\street', 'Z:\\', '\\\\server\\share\\street']) {
    expect(refuse(folder), folder).toThrow(expect.objectContaining({ code: 'LIB_REMOTE_FS' }))
  }
  for (const folder of ['C:\\street\\a', 'S:\\street', '\\\\?\\C:\\street'])
    expect(refuse(folder), folder).not.toThrow()
})

it('says that a drive is not there', () => {
  expect(() => refuseSharedFolder('Q:\\street\\a', system('win32', { 'C:\\': 'C:\\' }))).toThrow(
    expect.objectContaining({ code: 'LIB_MISSING', message: expect.stringContaining('Q:\\') }),
  )
})

it('knows the drives of the network on macOS from what is mounted', () => {
  const mounts = [
    '/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)',
    'devfs on /dev (devfs, local, nobrowse)',
    '/dev/disk4s1 on /Volumes/card (1) (exfat, local, nodev, nosuid)',
    '//a@server/street%20images on /Volumes/street images (smbfs, nodev, nosuid, mounted by a)',
    'server:/b on /Volumes/b (nfs)',
    'nonsense',
  ].join('\n')
  expect(mountTypeOf('/Volumes/street images/x', mounts)).toBe('smbfs')
  expect(mountTypeOf('/Volumes/card (1)/x', mounts)).toBe('exfat')
  expect(mountTypeOf('/Volumes/bb', mounts)).toBe('apfs')
  expect(mountTypeOf('/x', '')).toBe(null)
  const mac = system(
    'darwin',
    { '/Volumes/b': '/Volumes/b', '/Users/a': '/Users/a', '/Users/a/link': '/Volumes/b' },
    mounts,
  )
  for (const folder of ['/Volumes/b/street', '/Users/a/link/street']) {
    expect(() => refuseSharedFolder(folder, mac), folder).toThrow(
      expect.objectContaining({ code: 'LIB_REMOTE_FS' }),
    )
  }
  expect(() => refuseSharedFolder('/Users/a/street', mac)).not.toThrow()
})
