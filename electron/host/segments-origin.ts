import { isJsonObject, type JsonObject } from '../../shared/base/json.ts'
import type { ReleaseRecord } from '../../shared/lineage/build.ts'
import { rowSumHolds } from '../adapters/sqlite/row-sum.ts'
import type { LibraryContext } from './library-context.ts'
import { datasetWebUrl } from './segments-place.ts'

/** What the artifact of a version says of the release that it was made of; nothing for a version that was made of none. */
export function originOf({ db }: Pick<LibraryContext, 'db'>, version: string): JsonObject {
  const rows = db
    .prepare('SELECT * FROM segments_releases WHERE version_id = ? ORDER BY remote, uuid')
    .all(version)
  const row = rows.find(rowSumHolds)
  const facts: unknown = row ? JSON.parse(String(row.facts)) : {}
  return isJsonObject(facts) ? facts : {}
}

/** The releases that versions here were made of. A damaged row is left out. */
export function releaseRecords({ db }: Pick<LibraryContext, 'db'>): ReleaseRecord[] {
  const rows = db.prepare('SELECT * FROM segments_releases ORDER BY remote, uuid').all()
  return rows.filter(rowSumHolds).flatMap((row): ReleaseRecord[] => {
    const facts: unknown = JSON.parse(String(row.facts))
    if (!isJsonObject(facts)) return []
    const {
      segments_dataset: dataset,
      segments_server: server,
      task_type: taskType,
      raw_data: rawData,
    } = facts
    if (typeof dataset !== 'string' || typeof server !== 'string') return []
    return [
      {
        server,
        uuid: String(row.uuid),
        versionId: String(row.version_id),
        dataset,
        name: String(facts.release),
        taskType: typeof taskType === 'string' ? taskType : '',
        rawData: typeof rawData === 'string' ? rawData : null,
        url: datasetWebUrl({ baseUrl: server, dataset }),
      },
    ]
  })
}
