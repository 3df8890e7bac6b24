import { existsSync, readFileSync, realpathSync, statfsSync } from 'node:fs'
import { dirname, join, parse, resolve, sep } from 'node:path'
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

/** Throws AppError `LIB_REMOTE_FS` for a folder that is on a network drive or mirrored by a sync program. */
export function refuseSharedFolder(folder: string): void {
  const there = nearest(folder)
  const why =
    networkDrive(folder, there) ?? syncProgram(join(realpathSync(there), folder.slice(there.length)))
  if (why === null) return
  throw new AppError('LIB_REMOTE_FS', `This folder is on ${why}. Labels could be damaged there.`, {
    remedy: 'Copy the library to a folder on this computer, or open it for reading only.',
  })
}

/** The folder itself or the closest parent that exists. */
function nearest(folder: string): string {
  return existsSync(folder) ? folder : nearest(dirname(folder))
}

function networkDrive(folder: string, there: string): string | null {
  if (process.platform === 'win32') return /^[\\/]{2}(?![?.])/.test(folder) ? 'a network drive' : null
  // The numbers are Linux's; macOS numbers file systems in the order in which they were loaded.
  if (process.platform !== 'linux') return null
  const type = statfsSync(there).type >>> 0
  if (type !== fuseType) return networkTypeName(type)
  const name = fuseNameOf(realpathSync(there), readMounts())
  return name !== null && networkFuse.test(name) ? `a network drive (${name.slice(5)})` : null
}

/** What a network file system's number stands for; null for local ones. */
export function networkTypeName(type: number): string | null {
  const name = networkTypes.get(type)
  return name === undefined ? null : name.startsWith('a ') ? name : `a network drive (${name})`
}

function readMounts(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8')
  } catch {
    return ''
  }
}

/** The file system type of the mount that holds `path`, from the text of /proc/self/mountinfo; null when unknown. */
export function fuseNameOf(path: string, mountinfo: string): string | null {
  let best: { at: string; type: string } | null = null
  for (const line of mountinfo.split('\n')) {
    const [before, after] = line.split(' - ')
    const at = before
      ?.split(' ')[4]
      ?.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    const type = after?.split(' ')[0]
    if (at === undefined || type === undefined) continue
    const holds = path === at || path.startsWith(at === '/' ? '/' : `${at}/`)
    if (holds && at.length >= (best?.at.length ?? 0)) best = { at, type }
  }
  return best?.type ?? null
}

/** Which sync program mirrors `path`, told by names and marks on the way down to it; null when none seems to. */
export function syncProgram(path: string): string | null {
  const { root } = parse(resolve(path))
  let at = root
  let parent = ''
  for (const name of path.slice(root.length).split(sep)) {
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
