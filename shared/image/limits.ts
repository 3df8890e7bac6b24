import { AppError } from '../base/app-error.ts'

/** What an image from outside may be at most. */
export const imageLimits = {
  fileBytes: 512 * 1024 * 1024,
  pixels: 100_000_000,
  /** Pixels per side. */
  side: 32_768,
  /** Only the first frame or page is used, but more than this many is no photograph. */
  frames: 1000,
  decodeSeconds: 20,
} as const

/** Throws AppError `IN_TOO_BIG` for a file over the size limit and `IN_FORMAT` for an empty one. */
export function checkFileSize(bytes: number): void {
  if (bytes === 0) {
    throw new AppError('IN_FORMAT', 'The file is empty.', {
      remedy: 'Copy it again from where it came from.',
    })
  }
  if (bytes > imageLimits.fileBytes) {
    throw new AppError(
      'IN_TOO_BIG',
      `The file has ${mebibytes(bytes)}; at most ${mebibytes(imageLimits.fileBytes)} can be imported.`,
      { remedy: 'Save it smaller, for example as JPEG, or cut it into parts.' },
    )
  }
}

/** Checks size in pixels and number of frames. Throws AppError `IN_TOO_BIG`, or `IN_FORMAT` when a side is 0. */
export function checkDimensions(width: number, height: number, frames = 1): void {
  const size = `${width} × ${height} pixels`
  if (!(width >= 1 && height >= 1)) {
    throw new AppError('IN_FORMAT', `The image says it has ${size}.`, {
      remedy: 'The file is damaged; export it again.',
    })
  }
  if (width > imageLimits.side || height > imageLimits.side) {
    throw new AppError('IN_TOO_BIG', `The image has ${size}; a side may have at most ${imageLimits.side}.`, {
      remedy: 'Make it smaller or cut it into parts.',
    })
  }
  if (width * height > imageLimits.pixels) {
    throw new AppError(
      'IN_TOO_BIG',
      `The image has ${size}, ${Math.round((width * height) / 1e6)} megapixels; at most ${imageLimits.pixels / 1e6} can be labeled.`,
      { remedy: 'Make it smaller or cut it into parts.' },
    )
  }
  if (frames > imageLimits.frames) {
    throw new AppError(
      'IN_TOO_BIG',
      `The file has ${frames} frames; at most ${imageLimits.frames} are read.`,
      {
        remedy: 'Save the frame you want as an image of its own.',
      },
    )
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0)} MiB`
}
