import { isJsonRecord, type Json, type JsonRecord } from '../../shared/base/exact-json.ts'

/** What a sample is by its files, where no label says for which task it is; empty for an image and for what nobody knows. */
export function kindOf(attributes: JsonRecord | null): string {
  if (!attributes) return ''
  if ('sensors' in attributes) return 'multisensor-sequence'
  if ('frames' in attributes) return 'sequence'
  if ('pcd' in attributes) return 'pointcloud'
  return 'text' in attributes ? 'text' : ''
}

/** Whether a dataset for `taskType` takes such samples. */
export function fitsTask(attributes: JsonRecord | null, taskType: string): boolean {
  const isSequence = taskType.endsWith('-sequence')
  const isCloud = taskType.startsWith('pointcloud-')
  switch (kindOf(attributes)) {
    case 'multisensor-sequence':
      return taskType === 'multisensor-sequence'
    case 'sequence':
      return isSequence && taskType !== 'multisensor-sequence' && isCloud === hasClouds(attributes!.frames)
    case 'pointcloud':
      return isCloud && !isSequence
    case 'text':
      return taskType.startsWith('text-')
    default:
      return false
  }
}

const hasClouds = (frames: Json | undefined): boolean =>
  Array.isArray(frames) && frames.some((frame) => isJsonRecord(frame) && 'pcd' in frame)
