import { AppError } from '../base/app-error.ts'
import type { ManifestEntry } from '../dataset/manifest.ts'
import type { ArtifactRole } from '../host/host-api.ts'
import type { RemoteVersion, UploadEntry } from './artifact-remote.ts'

/** A file of an artifact that is to be on the remote. */
export type OwedEntry = ManifestEntry

/** What is sent of a version: its artifacts, then what makes it the same version elsewhere. */
export type RemoteRole = ArtifactRole | 'history'

/** W&B's type and our job type of each artifact. */
export const roleTraits = {
  raw_data: { type: 'dataset', jobType: 'upload' },
  labeled_data: { type: 'labeled_dataset', jobType: 'annotate' },
  history: { type: 'dataset_history', jobType: 'commit' },
} as const satisfies Record<RemoteRole, { type: string; jobType: string }>

/** Whether W&B takes `name` as an alias that a person gives: its versions are called v0, v1, … already. */
export const isRemoteName = (name: string): boolean =>
  /^[^/:]{1,128}$/u.test(name) && !/^v\d+$/.test(name) && name !== 'latest'
/** Whether W&B takes `tag` as a tag of a version. */
export const isRemoteTag = (tag: string): boolean => /^[-\w]+( +[-\w]+)*$/.test(tag) && tag.length <= 128

/**
 * Which entries need bytes and which point at `raw_data`. With `raw` null everything is sent as bytes. Images under
 * `images/` become references with the same digest, so the artifact digest does not depend on the choice.
 */
export function planUpload(
  role: RemoteRole,
  entries: readonly OwedEntry[],
  raw: { id: string; digests: ReadonlyMap<string, string> } | null,
): UploadEntry[] {
  return entries.map((entry): UploadEntry => {
    const referable = role === 'labeled_data' && entry.path.startsWith('images/')
    if (raw === null || !referable || raw.digests.get(entry.path) !== entry.digest)
      return { kind: 'file', ...entry }
    const { path, digest, size } = entry
    return { kind: 'reference', path, digest, size, ref: `wandb-artifact://${hexOfBase64(raw.id)}/${path}` }
  })
}

/**
 * The version that an earlier try of ours achieved, or that already is what we would send; null when it must be sent.
 * `baseIndex` is the newest index seen before our first try: only what came after it can be a lost answer of ours.
 */
export function adoptable(
  versions: readonly RemoteVersion[],
  own: { digest: string; versionId: string; baseIndex: number },
): RemoteVersion | null {
  const same = versions.filter((version) => version.digest === own.digest)
  const newest = versions.reduce<RemoteVersion | null>(
    (a, b) => (a === null || b.index > a.index ? b : a),
    null,
  )
  return (
    same.find((version) => version.versionId === own.versionId) ??
    same.find((version) => version.index > own.baseIndex) ??
    (newest?.digest === own.digest ? newest : null)
  )
}

/** Throws AppError `REMOTE_MISMATCH` when the manifest read back is not, path by path, what was sent. */
export function assertSame(
  sent: readonly { path: string; digest: string; size: number }[],
  found: ReadonlyMap<string, { digest: string; size: number }>,
): void {
  const wrong = sent.find((entry) => found.get(entry.path)?.digest !== entry.digest)
  if (wrong === undefined && found.size === sent.length) return
  const what = wrong ? `"${wrong.path}" differs` : `${found.size} files instead of ${sent.length}`
  throw new AppError('REMOTE_MISMATCH', `The server's copy is not what was sent: ${what}.`, {
    remedy: 'Your version is safe here. Try again; if it stays so, tell the keeper of the server.',
  })
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Hex of the bytes that a base64 text spells, as `wandb-artifact://` wants an artifact's id. */
export function hexOfBase64(text: string): string {
  let [bits, held, hex] = [0, 0, '']
  for (const letter of text.replace(/=+$/, '')) {
    const value = alphabet.indexOf(letter)
    if (value < 0) {
      throw new AppError('REMOTE_CORRUPT', 'The server named an artifact in a way Tessera cannot read.', {
        remedy: 'Try again.',
      })
    }
    bits = ((bits << 6) | value) & 0xffff
    held += 6
    if (held >= 8) {
      held -= 8
      hex += ((bits >> held) & 0xff).toString(16).padStart(2, '0')
    }
  }
  return hex
}
