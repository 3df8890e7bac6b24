import { z } from 'zod'
import { AppError } from '../../shared/base/app-error.ts'
import { datasetNameSchema } from '../../shared/host/segments-methods.ts'
import type { LibraryContext } from './library-context.ts'
import { bookName, createSegmentsBook, type SegmentsBook } from './segments-book.ts'

const placeSchema = z.object({ baseUrl: z.string().min(1), dataset: datasetNameSchema })
/** A dataset of a server. */
export type SegmentsPlace = z.infer<typeof placeSchema>

/** The dataset that a library is linked to. The link is of the server that the settings name: another one is another place. */
export type SegmentsPlaces = {
  /** Null when there is none. */
  now(): SegmentsPlace | null
  /** Throws AppError `REMOTE_NOT_SET`. */
  required(): SegmentsPlace
  set(dataset: string | null): void
  /** What the index knows of a dataset, linked or not. */
  book(place: SegmentsPlace): SegmentsBook
  serverUrl(): string
}

export function createSegmentsPlaces(context: LibraryContext, serverUrl: () => string): SegmentsPlaces {
  const { db } = context
  const select = db.prepare("SELECT value FROM settings WHERE key = 'segments.dataset'")
  const books = new Map<string, SegmentsBook>()
  const isSameServer = (a: string, b: string) => bookName(a, '') === bookName(b, '')

  function now(): SegmentsPlace | null {
    const row = select.get()
    const parsed = placeSchema.safeParse(row ? JSON.parse(String(row.value)) : null)
    return parsed.success && isSameServer(parsed.data.baseUrl, serverUrl()) ? parsed.data : null
  }

  return {
    now,
    serverUrl,
    required() {
      const found = now()
      if (found) return found
      throw new AppError('REMOTE_NOT_SET', 'This library is linked to no Segments.ai dataset.', {
        remedy: 'Choose one on the Segments.ai screen or with "tessera segments link".',
      })
    },
    set(dataset) {
      const value =
        dataset === null ? null : JSON.stringify(placeSchema.parse({ baseUrl: serverUrl(), dataset }))
      context.transaction(() => {
        if (value === null) db.prepare("DELETE FROM settings WHERE key = 'segments.dataset'").run()
        else {
          const sql = "INSERT OR REPLACE INTO settings (key, value) VALUES ('segments.dataset', ?)"
          db.prepare(sql).run(value)
        }
      })
    },
    book({ baseUrl, dataset }) {
      const name = bookName(baseUrl, dataset)
      const found = books.get(name) ?? createSegmentsBook(context, name)
      books.set(name, found)
      return found
    },
  }
}

/** Where a person looks at it, without asking anybody: the web is beside the API. */
export const datasetWebUrl = ({ baseUrl, dataset }: SegmentsPlace): string =>
  `${baseUrl.replace(/\/+$/, '').replace(/^(https?:\/\/)api\./, '$1app.')}/${dataset}`
