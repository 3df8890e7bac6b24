/** One file of a tar archive. `mode` holds the nine permission bits. */
export type TarFile = { readonly path: string; readonly mode: number; readonly bytes: Uint8Array }

const BLOCK = 512

/**
 * The regular files of a ustar archive (POSIX.1-1988: blocks of 512 bytes, numbers in octal), in order.
 * Throws on links, devices, long-name extensions and on paths that leave the folder: none of the archives
 * read here has them, so one that does is not the archive it should be.
 */
export function tarFiles(archive: Uint8Array): TarFile[] {
  const files: TarFile[] = []
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK)
    if (header.every((byte) => byte === 0)) break
    const text = (from: number, to: number) =>
      Buffer.from(header.subarray(from, to)).toString('utf8').split('\0')[0]!
    const octal = (from: number, to: number) => Number.parseInt(text(from, to).trim() || '0', 8)
    const prefix = text(257, 262) === 'ustar' ? text(345, 500) : ''
    const path = prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`
    const size = octal(124, 136)
    const type = text(156, 157)
    if (path.startsWith('/') || path.split('/').includes('..')) throw new Error(`tar: unsafe path ${path}`)
    if (type !== '' && type !== '0' && type !== '5') throw new Error(`tar: ${path} has the type ${type}`)
    const start = at + BLOCK
    if (start + size > archive.length) throw new Error(`tar: ${path} is cut off`)
    if (type !== '5')
      files.push({ path, mode: octal(100, 108) & 0o777, bytes: archive.subarray(start, start + size) })
    at = start + Math.ceil(size / BLOCK) * BLOCK
  }
  return files
}
