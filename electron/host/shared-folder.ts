import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync, statfsSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '../../shared/base/app-error.ts'

/**
 * `f_type` of network file systems, https://man7.org/linux/man-pages/man2/statfs.2.html and the kernel's magic.h:
 * locks on them are not reliable enough for SQLite.
 */
const networkTypes: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x01021997, '9P'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x564c, 'NCP'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x01161970, 'GFS2'],
  [0x7461636f, 'OCFS2'],
  [0x47504653, 'GPFS'],
  [0x20030528, 'PVFS'],
  [0x19830326, 'BeeGFS'],
  [0x786f4256, 'a shared folder of a virtual machine'],
  [0xbacbacbc, 'a shared folder of a virtual machine'],
])
/** FUSE serves local disks too; only the kernel's list of mounts names what is behind it. */
const fuseType = 0x65735546
const networkFuse = /^fuse\.(sshfs|rclone|s3fs|gcsfuse|davfs|curlftpfs|gvfsd-fuse|glusterfs|cephfs|onedriver)/

/** File systems of the network on macOS, as `mount` names them. */
const networkMounts = /^(smbfs|nfs|afpfs|webdav|ftp|cifs)$/

/** Folders that a sync program mirrors, as it names them itself; compared without case. */
const syncedNames = [
  /^dropbox( \(.+\))?$/,
  /^onedrive( - .+)?$/,
  /^google ?drive( \(.+\))?$/,
  /^my drive$/,
  /^icloud ?drive( \(.+\))?$/,
  /^com~apple~clouddocs$/,
  /^box sync$/,
  /^nextcloud\d*$/,
  /^owncloud\d*$/,
  /^pcloud ?drive$/,
  /^mega(sync)?$/,
]
/** `~/Library/CloudStorage` and `~/Library/Mobile Documents` of macOS hold nothing but synced folders. */
const syncedUnderLibrary = new Set(['cloudstorage', 'mobile documents'])
/** Files with which a sync program marks its root. */
const syncMarks = ['.dropbox', '.stfolder', '.owncloudsync.log', '.nextcloudsync.log']

/** What is asked of the system. */
export type SharedFolderSystem = {
  readonly platform: NodeJS.Platform
  exists(path: string): boolean
  /** The path with links followed; on Windows a letter that stands for a share becomes `\\server\share`. */
  realPath(path: string): string
  /** Linux: the text of /proc/self/mountinfo. macOS: what `mount` prints. */
  mounts(): string
}

const thisSystem: SharedFolderSystem = {
  platform: process.platform,
  exists: existsSync,
  realPath: (path) => realpathSync.native(path),
  mounts: readMounts,
}

/**
 * Throws AppError `LIB_REMOTE_FS` for a folder that is on a network drive or mirrored by a sync program, and `LIB_MISSING`
 * when not even its drive is there.
 */
export function refuseSharedFolder(folder: string, system: SharedFolderSystem = thisSystem): void {
  const there = nearest(folder, system)
  const real = system.realPath(there)
  const { join } = system.platform === 'win32' ? path.win32 : path.posix
  const why = networkDrive(folder, real, system) ?? syncProgram(join(real, folder.slice(there.length)))
  if (why === null) return
  throw new AppError('LIB_REMOTE_FS', `This folder is on ${why}. Labels could be damaged there.`, {
    remedy: 'Copy the library to a folder on this computer, or open it for reading only.',
  })
}

/** The folder itself or the closest parent that exists. */
function nearest(folder: string, system: SharedFolderSystem): string {
  const { dirname } = system.platform === 'win32' ? path.win32 : path.posix
  for (let at = folder; ; at = dirname(at)) {
    if (system.exists(at)) return at
    if (dirname(at) !== at) continue
    throw new AppError('LIB_MISSING', `There is no drive ${at} on this computer.`, {
      remedy: 'Connect it, or choose another folder.',
    })
  }
}

/** `\\server\share` in its spellings, but not the prefixes of local devices. */
const share = /^[\\/]{2}(\?[\\/]UNC[\\/]|(?![?.]))/i

function networkDrive(folder: string, real: string, system: SharedFolderSystem): string | null {
  switch (system.platform) {
    case 'win32':
      return share.test(folder) || share.test(real) ? 'a network drive' : null
    case 'darwin': {
      const type = mountTypeOf(real, system.mounts())
      return type !== null && networkMounts.test(type) ? `a network drive (${type})` : null
    }
    case 'linux': {
      const type = statfsSync(real).type >>> 0
      if (type !== fuseType) return networkTypeName(type)
      const name = fuseNameOf(real, system.mounts())
      return name !== null && networkFuse.test(name) ? `a network drive (${name.slice(5)})` : null
    }
    default:
      return null
  }
}

/** What a network file system's number stands for; null for local ones. */
export function networkTypeName(type: number): string | null {
  const name = networkTypes.get(type)
  return name === undefined ? null : name.startsWith('a ') ? name : `a network drive (${name})`
}

function readMounts(): string {
  try {
    if (process.platform === 'darwin') return execFileSync('/sbin/mount', { encoding: 'utf8', timeout: 2000 })
    return readFileSync('/proc/self/mountinfo', 'utf8')
  } catch {
    return ''
  }
}

type Mount = { readonly at: string; readonly type: string }

/** The file system type of the mount that holds `path`, from the text of /proc/self/mountinfo; null when unknown. */
export function fuseNameOf(path: string, mountinfo: string): string | null {
  const mounts = mountinfo.split('\n').flatMap((line) => {
    const [before, after] = line.split(' - ')
    const at = before
      ?.split(' ')[4]
      ?.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    const type = after?.split(' ')[0]
    return at === undefined || type === undefined ? [] : [{ at, type }]
  })
  return holding(path, mounts)
}

/** The same from what `mount` prints on macOS: `//a@server/b on /Volumes/b (smbfs, nodev, mounted by a)`. */
export function mountTypeOf(path: string, printed: string): string | null {
  const mounts = printed.split('\n').flatMap((line) => {
    const [, at, type] = / on (\/.*) \((\w+)[,)][^(]*$/.exec(line) ?? []
    return at === undefined || type === undefined ? [] : [{ at, type }]
  })
  return holding(path, mounts)
}

/** Of mounts at the same place the last one counts. */
function holding(path: string, mounts: readonly Mount[]): string | null {
  let best: Mount | null = null
  for (const mount of mounts) {
    const { at } = mount
    const holds = path === at || path.startsWith(at === '/' ? '/' : `${at}/`)
    if (holds && at.length >= (best?.at.length ?? 0)) best = mount
  }
  return best?.type ?? null
}

/** Which sync program mirrors `folder`, told by names and marks on the way down to it; null when none seems to. */
export function syncProgram(folder: string): string | null {
  const { join, sep } = path
  const { root } = path.parse(path.resolve(folder))
  let at = root
  let parent = ''
  for (const name of folder.slice(root.length).split(sep)) {
    const lower = name.toLowerCase()
    if (syncedNames.some((pattern) => pattern.test(lower))) return `a synced drive (${name})`
    if (parent === 'library' && syncedUnderLibrary.has(lower)) return 'a synced drive'
    at = join(at, name)
    const mark = syncMarks.find((file) => existsSync(join(at, file)))
    if (mark !== undefined) return 'a synced drive'
    parent = lower
  }
  return null
}
