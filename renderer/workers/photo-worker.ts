/** Decodes an image and halves it twice and three times, so that drawing it small never reads all of it. */
export type PhotoRequest = { readonly blob: Blob; readonly levels: number }
export type PhotoAnswer =
  /** `bitmaps[i]` has 1 / 2^i of the image's size. */
  { readonly kind: 'decoded'; readonly bitmaps: ImageBitmap[] } | { readonly kind: 'failed' }

addEventListener('message', ({ data }: MessageEvent<PhotoRequest>) => void decode(data))

async function decode(data: PhotoRequest): Promise<void> {
  try {
    const bitmaps = [await createImageBitmap(data.blob)]
    for (let level = 1; level < data.levels; level++) {
      const finer = bitmaps[level - 1]!
      bitmaps.push(
        await createImageBitmap(finer, {
          resizeWidth: Math.max(1, Math.ceil(finer.width / 2)),
          resizeHeight: Math.max(1, Math.ceil(finer.height / 2)),
          resizeQuality: 'medium',
        }),
      )
    }
    answer({ kind: 'decoded', bitmaps }, bitmaps)
  } catch {
    answer({ kind: 'failed' }, [])
  }
}

function answer(message: PhotoAnswer, transfer: Transferable[]): void {
  postMessage(message, { transfer })
}
